import { consoleIsOpen, type InstallRecord } from '../core/contracts/install.ts';
import { isAfter } from '../core/contracts/step-name.ts';
import type { ConsoleSession } from './console-session.ts';

/** Where an install stands towards its console: before it, at it, or past it. */
export type Standing = 'waiting' | 'open' | 'ended';

export function standingOf(record: InstallRecord): Standing {
  if (consoleIsOpen(record)) return 'open';
  const onItsWay = record.phase === 'approval' || record.phase === 'forward';
  if (!onItsWay || record.cancel || record.decision) return 'ended';
  return isAfter('attend', record.at) ? 'waiting' : 'ended';
}

/** What became of a session. `ended` comes before `revoked`, as the undo of an ended install revokes as well; but not where somebody closed it. */
export type Verdict = 'good' | 'session-over' | 'ended' | 'revoked';

/** @param epoch the install's epoch now; `now` in milliseconds */
export function judge(session: ConsoleSession, seen: { record: InstallRecord; epoch: number; now: number }): Verdict {
  if (seen.now >= session.endsAt) return 'session-over';
  if (session.epoch <= (seen.record.console?.revoked?.epoch ?? -1)) return 'revoked';
  if (standingOf(seen.record) === 'ended') return 'ended';
  if (session.epoch !== seen.epoch) return 'revoked';
  return 'good';
}
