import type { Actor } from './contracts/actor.ts';
import type { InstallRecord } from './contracts/install.ts';
import type { Change, InstallStore } from './install-store.ts';
import type { Tickets } from './tickets.ts';

interface RevocationDeps {
  store: Pick<InstallStore, 'update'>;
  tickets: Pick<Tickets, 'epoch' | 'revokeAll'>;
}

/** Closes all consoles of an install and voids its links. @param how `at`: milliseconds since 1970 */
export async function revokeConsolesOf(
  { store, tickets }: RevocationDeps,
  installId: string,
  how: { by: Actor; at: number },
): Promise<void> {
  const epoch = await tickets.epoch(installId);
  // Written before it is done: a crash in between leaves a line too many, never one too few.
  await store.update(installId, (current) => revocation(current, { ...how, epoch }));
  await tickets.revokeAll(installId);
}

/** Somebody closes all consoles: what stands in the record from then on. Nobody has the keyboard any more. */
function revocation(record: InstallRecord, revoked: { by: Actor; at: number; epoch: number }): Change {
  const { keyboard: _keyboard, ...use } = record.console ?? { now: [] };
  const note = { type: 'console-revoked', actor: revoked.by, detail: {} };
  return { record: { ...record, console: { ...use, revoked } }, note };
}
