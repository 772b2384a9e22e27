import { setTimeout as pause } from 'node:timers/promises';

/** `duplicate`: it comes twice. `delay`: it comes later. `behind-next`: the one after it comes first. */
export type Disturbance = { kind: 'duplicate' } | { kind: 'delay'; ms: number } | { kind: 'behind-next' };

/** What happens to deliveries on their way to the bot: each asked-for disturbance hits the next delivery, once. */
export interface Disturbances {
  add(disturbance: Disturbance): void;
  /** Sends one delivery on, as often and as late as was asked for; answers when it was sent the first time. */
  pass<T>(send: () => Promise<T>): Promise<T>;
  /** How many wait now for the one behind them. */
  held(): number;
}

/** A delivery that waits for the one behind it does not wait for ever. */
const BEHIND_MS = 10_000;

export function createDisturbances(): Disturbances {
  const asked: Disturbance[] = [];
  let waiting: (() => void)[] = [];
  const sent = () => {
    for (const go of waiting) go();
    waiting = [];
  };
  const nextOne = () => {
    const overtaken = new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
    return Promise.race([overtaken, pause(BEHIND_MS)]);
  };
  return {
    add: (disturbance) => void asked.push(disturbance),
    held: () => waiting.length,
    async pass(send) {
      const disturbance = asked.shift();
      if (disturbance?.kind === 'delay') await pause(disturbance.ms);
      if (disturbance?.kind === 'behind-next') await nextOne();
      const copies = disturbance?.kind === 'duplicate' ? [send(), send()] : [send()];
      const [first] = await Promise.all(copies).finally(sent);
      return first as Awaited<ReturnType<typeof send>>;
    },
  };
}
