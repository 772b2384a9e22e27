import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { InstallStore } from '../core/install-store.ts';
import type { SessionCookie } from './cookie.ts';
import type { PlaySessions } from './recordings/play-sessions.ts';
import type { SessionStore } from './session-store.ts';
import type { SignOuts } from './sign-outs.ts';

export interface SignOutDeps {
  sessions: Pick<SessionStore, 'forget'>;
  signOuts: Pick<SignOuts, 'note'>;
  store: Pick<InstallStore, 'note'>;
  cookie: SessionCookie;
  /** What the browser may play. */
  players: { sessions: Pick<PlaySessions, 'forget'>; cookie: SessionCookie };
}

/** Ends everything that this browser holds, recordings included; installs go on. Who holds nothing is told the same. */
export function signOutRoute(deps: SignOutDeps, ours: readonly RequestHandler[]): Router {
  const router = Router();
  router.post('/api/console/sign-out', ...ours, (request, response) => signOut(deps, request, response));
  return router;
}

async function signOut(deps: SignOutDeps, request: Request, response: Response): Promise<void> {
  const { cookie, players } = deps;
  const ended = await deps.sessions.forget(cookie.read(request.headers.cookie));
  await players.sessions.forget(players.cookie.read(request.headers.cookie));
  for (const session of ended) {
    await deps.signOuts.note(session);
    const actor = { via: 'console' as const, id: session.slackUser };
    await deps.store.note(session.installId, { type: 'console-session-closed', actor, detail: {} });
  }
  // Not "cookies": that would also take those of hosts beside ours.
  response.set('Clear-Site-Data', '"cache", "storage"');
  response.set('Set-Cookie', [cookie.line('', 0), players.cookie.line('', 0)]);
  response.json({ ended: ended.length });
}
