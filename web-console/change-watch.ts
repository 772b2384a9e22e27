import type { Redis } from 'ioredis';
import { Notice } from '../core/contracts/notice.ts';
import { changeChannel } from '../core/install-store.ts';
import type { Logger } from '../core/log.ts';

/** Hears of every write to an install within milliseconds. */
export interface ChangeWatch {
  /** @param listener gets the install that changed, or null when some changes may have been missed */
  listen(listener: (notice: Notice | null) => void): void;
}

/** `subscriber` is a Redis connection of its own: a subscribed one takes no other commands. */
export async function watchChanges(subscriber: Redis, log: Logger): Promise<ChangeWatch> {
  const listeners: ((notice: Notice | null) => void)[] = [];
  const tell = (notice: Notice | null) => {
    for (const listener of listeners) listener(notice);
  };
  subscriber.on('message', (_channel: string, text: string) => {
    const notice = parseNotice(text);
    if (notice) tell(notice);
    else log.warn('a change notice does not parse');
  });
  await subscriber.subscribe(changeChannel);
  // ioredis subscribes again by itself; what was said meanwhile is lost.
  subscriber.on('ready', () => tell(null));
  return { listen: (listener) => void listeners.push(listener) };
}

function parseNotice(text: string): Notice | null {
  try {
    return Notice.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
