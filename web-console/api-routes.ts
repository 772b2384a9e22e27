import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import type { Actor } from '../core/contracts/actor.ts';
import { bootMetal } from '../core/decisions.ts';
import { toXepaError } from '../core/errors.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { Logger } from '../core/log.ts';
import type { InstallQueue } from '../core/queues.ts';
import { type AccessDeps, type Entry, enter, mustBeOpen, mustControl } from './access.ts';
import type { Remark } from './bounded-log.ts';
import type { SessionCookie } from './cookie.ts';
import { type ExchangeDeps, exchange } from './exchange.ts';
import { jsonBody } from './json-body.ts';
import { checkOrigin } from './origin.ts';
import { pageState } from './page-state.ts';
import { type Power, PowerAction } from './power.ts';
import type { RateLimit } from './rate-limit.ts';
import { isRefusal, type Refusal, refuse } from './refusals.ts';
import { sendRefusal } from './replies.ts';
import { signOutRoute } from './sign-out-route.ts';
import type { SignOuts } from './sign-outs.ts';

export interface ApiDeps {
  access: AccessDeps;
  exchange: ExchangeDeps;
  store: Pick<InstallStore, 'update' | 'note'>;
  signOuts: Pick<SignOuts, 'note'>;
  queue: Pick<InstallQueue, 'wake'>;
  power: Power;
  exchangeLimit: RateLimit;
  actionLimit: RateLimit;
  cookie: SessionCookie;
  publicUrl: string;
  clock: Clock;
  log: Logger;
  /** Says what strangers cause. */
  remark: Remark;
}

const BODY_BYTES = 4 * 1024;
const Ticket = z.object({ ticket: z.string().min(1).max(2_048) });
const PowerWish = z.object({ action: PowerAction });

/** What the page asks of the server. Everything that changes something is a POST that only our own page can send. */
export function apiRoutes(deps: ApiDeps): Router {
  const router = Router();
  const ours = [onlyOurPage(deps.publicUrl), ...jsonBody(BODY_BYTES)];
  router.post('/api/console/exchange', ...ours, (request, response) => redeem(deps, request, response));
  router.use(signOutRoute({ ...deps, sessions: deps.exchange.sessions }, ours));
  router.get('/api/console/:install/state', (request, response) => tellState(deps, request, response));
  router.post('/api/console/:install/power', ...ours, (request, response) => switchPower(deps, request, response));
  router.post('/api/console/:install/boot-metal', ...ours, (request, response) => decide(deps, request, response));
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
  const power = entry.standing === 'open' ? await deps.power.state(entry.record) : null;
  response.json(pageState(entry, { power, now: deps.clock.now() }));
}

async function switchPower(deps: ApiDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterToAct(deps, request, 'console-power');
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const wish = PowerWish.safeParse(request.body);
  if (!wish.success) return sendRefusal(response, refuse('bad-request'));
  const { action } = wish.data;
  // Written before it is done: a crash in between leaves a line too many, never one too few.
  await deps.store.note(entry.record.id, { type: 'console-power', actor: actorOf(entry), detail: { action } });
  try {
    await deps.power.act(entry.record, action);
    response.json({ done: action });
  } catch (thrown) {
    const err = toXepaError(thrown);
    deps.log.warn({ installId: entry.record.id, action, err }, 'a power action failed');
    sendRefusal(response, refuse('screen-silent', err.userMessage));
  }
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

/** @param what for the audit trail, where somebody tries it who may only watch */
async function enterToAct(deps: ApiDeps, request: Request, what: string): Promise<Entry | Refusal> {
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

function enterFrom(deps: ApiDeps, request: Request): Promise<Entry | Refusal> {
  const secret = deps.cookie.read(request.headers.cookie);
  return enter(deps.access, { secret, installId: String(request.params.install) });
}

function actorOf(entry: Entry): Actor {
  return { via: 'console', id: entry.session.slackUser };
}
