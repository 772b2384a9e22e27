import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { bootMetal } from '../core/decisions.ts';
import type { DiscProgress } from '../core/disc-progress.ts';
import type { InstallQueue } from '../core/queues.ts';
import { enter } from './access.ts';
import { type ActingDeps, actorOf, enterFrom, enterToAct } from './acting.ts';
import type { Remark } from './bounded-log.ts';
import { type BrowserDiscRoutesDeps, browserDiscRoutes } from './browser-disc/routes.ts';
import { type BrowserDiscSeen, seeBrowserDisc } from './browser-disc/see.ts';
import { type DiscRoutesDeps, discRoutes } from './disc-routes.ts';
import { type ExchangeDeps, exchange } from './exchange.ts';
import { jsonBody } from './json-body.ts';
import { type MachineRoutesDeps, machineRoutes } from './machine-routes.ts';
import { checkOrigin } from './origin.ts';
import { pageState } from './page-state.ts';
import { type PictureRoutesDeps, pictureRoutes } from './picture-routes.ts';
import type { RateLimit } from './rate-limit.ts';
import { isRefusal, refuse } from './refusals.ts';
import { sendRefusal } from './replies.ts';
import { type SignOutDeps, signOutRoute } from './sign-out-route.ts';
import type { SignOuts } from './sign-outs.ts';
import { Typed } from './typed.ts';
import type { UploadDeps } from './upload/deps.ts';
import { uploadRoutes } from './upload/routes.ts';

export interface ApiDeps
  extends ActingDeps,
    MachineRoutesDeps,
    DiscRoutesDeps,
    UploadDeps,
    PictureRoutesDeps,
    BrowserDiscRoutesDeps,
    BrowserDiscSeen {
  exchange: ExchangeDeps;
  signOuts: Pick<SignOuts, 'note'>;
  players: SignOutDeps['players'];
  queue: Pick<InstallQueue, 'wake'>;
  discProgress: DiscProgress;
  exchangeLimit: RateLimit;
  publicUrl: string;
  /** Says what strangers cause. */
  remark: Remark;
}

const BODY_BYTES = 4 * 1024;
const Ticket = z.object({ ticket: z.string().min(1).max(2_048) });

/** What the page asks of the server. Everything that changes something is a POST that only our own page can send. */
export function apiRoutes(deps: ApiDeps): Router {
  const router = Router();
  const [page, body] = [onlyOurPage(deps.publicUrl), jsonBody(BODY_BYTES)];
  const ours = [page, ...body];
  router.post('/api/console/exchange', ...ours, (request, response) => redeem(deps, request, response));
  router.use(signOutRoute({ ...deps, sessions: deps.exchange.sessions }, ours));
  router.get('/api/console/:install/state', (request, response) => tellState(deps, request, response));
  router.post('/api/console/:install/typed', ...ours, (request, response) => noteTyped(deps, request, response));
  router.post('/api/console/:install/boot-metal', ...ours, (request, response) => decide(deps, request, response));
  router.use(machineRoutes(deps, ours));
  router.use(discRoutes(deps, ours));
  router.use(uploadRoutes(deps, page, body));
  router.use(pictureRoutes(deps, ours));
  router.use(browserDiscRoutes(deps, ours));
  return router;
}

/** A header of ours forces a preflight across sites, which we never answer; Origin must be ours as well. */
export function onlyOurPage(publicUrl: string): RequestHandler {
  return (request, response, next) => {
    const foreign = checkOrigin(request.headers, publicUrl);
    if (foreign) sendRefusal(response, foreign);
    else if (request.get('X-Xepa') !== '1') sendRefusal(response, refuse('bad-request'));
    else next();
  };
}

async function redeem(deps: ApiDeps, request: Request, response: Response): Promise<void> {
  const body = Ticket.safeParse(request.body);
  if (!body.success) return sendRefusal(response, refuse('bad-link'));
  const secret = deps.cookie.read(request.headers.cookie);
  const result = await exchange(deps.exchange, { ticket: body.data.ticket, secret });
  if (isRefusal(result)) {
    deps.remark({ from: request.ip, refused: result.refused }, 'a console link was refused');
    // Good tickets are never held up by whoever else comes from the same address.
    if (!(await deps.exchangeLimit.pass(request.ip ?? 'unknown'))) return sendRefusal(response, refuse('too-fast'));
    return sendRefusal(response, result, { resume: await resumable(deps, secret) });
  }
  const seconds = Math.floor(deps.exchange.sessionMs / 1000);
  response.set('Set-Cookie', deps.cookie.line(result.secret, seconds));
  response.json({ install: result.installId });
}

/** Who presses a used link again in the browser that used it is shown the way to the console it opened. */
async function resumable(deps: ApiDeps, secret: string | null): Promise<string | null> {
  for (const { installId } of await deps.exchange.sessions.list(secret)) {
    const entry = await enter(deps.access, { secret, installId });
    if (!isRefusal(entry) && entry.standing !== 'ended') return installId;
  }
  return null;
}

async function tellState(deps: ApiDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterFrom(deps, request);
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const machine = entry.standing === 'open' ? await deps.machine.glance(entry.record) : null;
  const browserDisc = await seeBrowserDisc(deps, entry);
  response.json(pageState(entry, { machine, browserDisc, now: deps.clock.now() }));
}

async function noteTyped(deps: ApiDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterToAct(deps, request, 'console-typed');
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const typed = Typed.safeParse(request.body);
  if (!typed.success) return sendRefusal(response, refuse('bad-request'));
  await deps.store.note(entry.record.id, { type: 'console-typed', actor: actorOf(entry), detail: typed.data });
  response.json({ done: 'typed' });
}

async function decide(deps: ApiDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterToAct(deps, request, 'boot-metal');
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const actor = actorOf(entry);
  const at = deps.clock.now();
  const record = await deps.store.update(entry.record.id, (current) => bootMetal(current, actor, at));
  if (!record.decision) return sendRefusal(response, refuse('ended'));
  await deps.queue.wake(record.id);
  response.json({ done: 'boot-metal' });
}
