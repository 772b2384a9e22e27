import type { Request } from 'express';
import type { Actor } from '../core/contracts/actor.ts';
import type { InstallStore } from '../core/install-store.ts';
import { type AccessDeps, type Entry, enter, mustBeOpen, mustControl } from './access.ts';
import type { SessionCookie } from './cookie.ts';
import type { RateLimit } from './rate-limit.ts';
import { isRefusal, type Refusal, refuse } from './refusals.ts';

/** What is needed to find out who asks, and whether they may. */
export interface ActingDeps {
  access: AccessDeps;
  cookie: SessionCookie;
  store: Pick<InstallStore, 'update' | 'note'>;
  actionLimit: RateLimit;
}

/**
 * Who wants to change something, where they may.
 * @param what for the audit trail, where somebody tries it who may only watch
 */
export async function enterToAct(deps: ActingDeps, request: Request, what: string): Promise<Entry | Refusal> {
  const entry = await enterFrom(deps, request);
  if (isRefusal(entry)) return entry;
  const closed = mustBeOpen(entry);
  if (closed) return closed;
  // Before the right is looked at: a refusal is a line of the audit trail, and those must not be without end.
  if (!(await deps.actionLimit.pass(entry.session.slackUser))) return refuse('too-fast');
  const refusal = mustControl(entry);
  if (!refusal) return entry;
  const detail = { what, reason: refusal.message };
  await deps.store.note(entry.record.id, { type: 'refused', actor: actorOf(entry), detail });
  return refusal;
}

export function enterFrom(deps: ActingDeps, request: Request): Promise<Entry | Refusal> {
  const secret = deps.cookie.read(request.headers.cookie);
  return enter(deps.access, { secret, installId: String(request.params.install) });
}

export function actorOf(entry: Entry): Actor {
  return { via: 'console', id: entry.session.slackUser };
}
