import type { Actor } from './contracts/actor.ts';
import type { InstallRecord } from './contracts/install.ts';
import type { Change } from './install-store.ts';

/** Somebody closes all consoles: what stands in the record from then on. Nobody has the keyboard any more. */
export function revocation(record: InstallRecord, by: Actor, at: number): Change {
  const { keyboard: _keyboard, ...use } = record.console ?? { now: [] };
  const note = { type: 'console-revoked', actor: by, detail: {} };
  return { record: { ...record, console: { ...use, revoked: { by, at } } }, note };
}
