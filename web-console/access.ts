import type { Clock } from '../core/clock.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { Tickets } from '../core/tickets.ts';
import type { ConsoleSession } from './console-session.ts';
import { type Refusal, refuse } from './refusals.ts';
import type { SessionStore } from './session-store.ts';
import { judge, type Standing, standingOf } from './standing.ts';

export interface AccessDeps {
  store: Pick<InstallStore, 'find'>;
  tickets: Pick<Tickets, 'epoch'>;
  sessions: Pick<SessionStore, 'find'>;
  clock: Clock;
}

/** A person's right to look at an install, and the install as it is now. */
export interface Entry {
  session: ConsoleSession;
  record: InstallRecord;
  standing: Standing;
}

/** May this browser look at this install? An ended one may still be read by who had its console, until the session ends. */
export async function enter(
  deps: AccessDeps,
  asked: { secret: string | null; installId: string },
): Promise<Entry | Refusal> {
  const session = await deps.sessions.find(asked.secret, asked.installId);
  if (session === 'none') return refuse('no-session');
  if (session === 'other') return refuse('other-install');
  const [record, epoch] = await Promise.all([deps.store.find(asked.installId), deps.tickets.epoch(asked.installId)]);
  if (!record) return refuse('not-found');
  const verdict = judge(session, { record, epoch, now: deps.clock.now() });
  // How an install goes on after its console may be read by who had it; its end revokes sessions by itself.
  if (verdict === 'good' || verdict === 'ended') return { session, record, standing: standingOf(record) };
  return refuse(verdict);
}

/** May this person do more than look on? */
export function mustControl(entry: Entry): Refusal | null {
  return entry.session.right === 'control' ? null : refuse('watching-only');
}

/** May this browser act on the VM or see its screen? Only while the console is open. */
export function mustBeOpen(entry: Entry): Refusal | null {
  if (entry.standing === 'open') return null;
  return refuse(entry.standing === 'waiting' ? 'not-up-yet' : 'ended');
}
