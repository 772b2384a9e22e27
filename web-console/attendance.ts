import type { ConsoleRight } from '../core/contracts/console-right.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import type { Change } from '../core/install-store.ts';

/** Who has a screen of an install open: Slack user id to the higher right of their screens. */
export type People = ReadonlyMap<string, ConsoleRight>;

/**
 * The next thing that the record does not know yet: somebody went, or somebody came. Null when there is nothing. One
 * at a time, because each is a line of the audit trail; who may do more than before goes as one and comes as the other.
 */
export function attendanceChange(record: InstallRecord, people: People, at: number): Change | null {
  return went(record, people, at) ?? came(record, people, at);
}

function went(record: InstallRecord, people: People, at: number): Change | null {
  const { now = [], ...use } = record.console ?? {};
  const gone = now.find(({ user, right }) => people.get(user) !== right);
  if (!gone) return null;
  const { user, right, since } = gone;
  const ms = Math.max(0, at - since);
  return {
    record: { ...record, console: { ...use, now: now.filter((one) => one !== gone), last: { user, right, ms } } },
    note: { type: 'console-closed', actor: { via: 'console', id: user }, detail: { right, ms } },
  };
}

function came(record: InstallRecord, people: People, at: number): Change | null {
  const { now = [], ...use } = record.console ?? {};
  const newcomer = [...people].find(([user]) => !now.some((one) => one.user === user));
  if (!newcomer) return null;
  const [user, right] = newcomer;
  return {
    record: { ...record, console: { ...use, now: [...now, { user, right, since: at }] } },
    note: { type: 'console-opened', actor: { via: 'console', id: user }, detail: { right } },
  };
}
