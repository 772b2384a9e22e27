import { json, type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { revokeConsolesOf } from '../core/console-revocation.ts';
import type { Tickets } from '../core/tickets.ts';
import { actorOf, enterToAct } from './acting.ts';
import { type ApiDeps, onlyOurPage } from './api-routes.ts';
import type { KeyboardDesk } from './keyboard-desk.ts';
import type { KeyboardNo } from './keyboard-rules.ts';
import { isRefusal, refuse } from './refusals.ts';
import { sendRefusal } from './replies.ts';

export interface CustodyRoutes {
  desk: KeyboardDesk;
  tickets: Pick<Tickets, 'epoch' | 'revokeAll'>;
}

const Wish = z.discriminatedUnion('do', [
  z.object({ do: z.enum(['ask', 'take', 'keep', 'release']) }),
  z.object({ do: z.literal('give'), to: z.string().max(40) }),
]);

const why: Record<Exclude<KeyboardNo, 'nothing'>, string> = {
  'not-holder': 'You do not have the keyboard any more.',
  'not-here': 'That works only between people who have the screen open and may take part.',
  kept: 'They have just kept it. Ask for it, or try again in a minute.',
  claimed: 'Somebody else is taking it at this moment.',
};

/** Who may type, and the end for everybody. All of it needs control; who only watches is refused, in the audit trail. */
export function custodyRoutes(api: ApiDeps, deps: CustodyRoutes): Router {
  const router = Router();
  const ours = [onlyOurPage(api.publicUrl), json({ limit: '4kb' })];
  router.post('/api/console/:install/keyboard', ...ours, (request, response) => move(api, deps, { request, response }));
  router.post('/api/console/:install/end', ...ours, (request, response) => end(api, deps, { request, response }));
  return router;
}

interface Call {
  request: Request;
  response: Response;
}

async function move(api: ApiDeps, { desk }: CustodyRoutes, { request, response }: Call): Promise<void> {
  const entry = await enterToAct(api, request, 'console-keyboard');
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const wish = Wish.safeParse(request.body);
  if (!wish.success) return sendRefusal(response, refuse('bad-request'));
  const { no } = await desk.decide(entry.record.id, { ...wish.data, user: entry.session.slackUser });
  // What is so already is as good as done: two clicks are one.
  if (no !== null && no !== 'nothing') return sendRefusal(response, refuse('keyboard', why[no]));
  response.json({ done: wish.data.do });
}

/** Closes every screen of the install and voids its links, as `/xepa console revoke` does; the install goes on. */
async function end(api: ApiDeps, { tickets }: CustodyRoutes, { request, response }: Call): Promise<void> {
  const entry = await enterToAct(api, request, 'console-end');
  if (isRefusal(entry)) return sendRefusal(response, entry);
  await revokeConsolesOf({ store: api.store, tickets }, entry.record.id, { by: actorOf(entry), at: api.clock.now() });
  response.json({ done: 'end' });
}
