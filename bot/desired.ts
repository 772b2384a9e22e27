import { createHash } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import type { Logger } from '../core/log.ts';
import type { MessageLock } from './message-lock.ts';
import type { SentMessages } from './sent-messages.ts';
import type { MessagePlace, SlackSender } from './slack-sender.ts';
import type { UpdateBudget } from './update-budget.ts';
import { standingOf } from './urgency.ts';
import type { Message } from './views/message.ts';

/** What one message should say. */
export interface Desired {
  key: string;
  whole: Message;
  /** The same without what only grows, and without whether a worker is there. */
  state: Message;
  /** The message says that no worker was heard of since then. */
  silentSince?: number | undefined;
  /** Somebody waits for it: it never queues behind anything else. */
  urgent?: boolean;
  to: { channel: string; thread?: string };
}

/** `place`: where it stands, null while it is not there. `settled`: it says what it should. */
export interface Written {
  place: MessagePlace | null;
  settled: boolean;
}

/** What writing a message takes. */
export interface WriterDeps {
  sent: SentMessages;
  lock: MessageLock;
  budget: UpdateBudget;
  sender: SlackSender;
  clock: Clock;
  log: Logger;
  /** Looks at the install again after that time. */
  later(installId: string, ms: number): void;
}

/** What we remember of a message that says this of that record. */
export function memoryOf(deps: Pick<WriterDeps, 'clock'>, record: InstallRecord, desired: Desired) {
  const hash = (message: Message) => createHash('sha256').update(JSON.stringify(message)).digest('hex').slice(0, 32);
  const { silentSince } = desired;
  return {
    hash: hash(desired.whole),
    stateHash: hash(desired.state),
    rev: record.rev,
    at: deps.clock.now(),
    standing: standingOf(record),
    ...(silentSince === undefined ? {} : { silentSince }),
  };
}
