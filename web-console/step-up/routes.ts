import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { personKey } from '../../core/contracts/slack-person.ts';
import { personOf } from '../../core/step-up-links.ts';
import type { Remark } from '../bounded-log.ts';
import type { SessionCookie } from '../cookie.ts';
import { jsonBody } from '../json-body.ts';
import type { RateLimit } from '../rate-limit.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { sendRefusal } from '../replies.ts';
import { AnswerBody, answer, remove } from './answer.ts';
import { begin, type Entry, offer, resume, type StepUpDeps, viewOf } from './flow.ts';
import { flowSeconds } from './flow-store.ts';

export interface StepUpRoutes {
  flow: StepUpDeps;
  cookie: SessionCookie;
  /** Refused links per address. */
  linkLimit: RateLimit;
  /** Everything after that, per person. */
  actionLimit: RateLimit;
  /** Says what strangers cause. */
  remark: Remark;
}

const BODY_BYTES = 16 * 1024;
const BeginBody = z.object({ ticket: z.string().min(1).max(2_048).nullable() });
const RemoveBody = z.object({ id: z.string().min(1).max(2_048) });

/** What the passkey page asks of the server: POSTs that only our own page can send. */
export function stepUpRoutes(deps: StepUpRoutes, onlyOurPage: RequestHandler): Router {
  const router = Router();
  const ours = [onlyOurPage, ...jsonBody(BODY_BYTES)];
  router.post('/api/step-up/begin', ...ours, (request, response) => open(deps, request, response));
  router.post(
    '/api/step-up/offer',
    ...ours,
    within(deps, (entry) => offer(deps.flow, entry)),
  );
  router.post('/api/step-up/answer', ...ours, within(deps, takeAnswer(deps)));
  router.post('/api/step-up/remove', ...ours, within(deps, takeRemoval(deps)));
  return router;
}

async function open(deps: StepUpRoutes, request: Request, response: Response): Promise<void> {
  const body = BeginBody.safeParse(request.body);
  if (!body.success) return sendRefusal(response, refuse('bad-request'));
  const secret = deps.cookie.read(request.headers.cookie);
  const entry = await begin(deps.flow, { ticket: body.data.ticket, secret });
  if (isRefusal(entry)) {
    deps.remark({ from: request.ip, refused: entry.refused }, 'a passkey link was refused');
    // Good links are never held up by whoever else comes from the same address.
    const passed = await deps.linkLimit.pass(request.ip ?? 'unknown');
    return sendRefusal(response, passed ? entry : refuse('too-fast'));
  }
  response.set('Set-Cookie', deps.cookie.line(entry.secret, flowSeconds));
  await act(deps, entry, response, () => viewOf(deps.flow, entry.flow));
}

type Work = (entry: Entry, body: unknown) => Promise<object | Refusal>;

/** Runs what needs a flow: the browser's cookie names it. */
function within(deps: StepUpRoutes, work: Work): RequestHandler {
  return async (request, response) => {
    const entry = await resume(deps.flow, deps.cookie.read(request.headers.cookie));
    if (isRefusal(entry)) return sendRefusal(response, entry);
    await act(deps, entry, response, () => work(entry, request.body));
  };
}

async function act(deps: StepUpRoutes, entry: Entry, response: Response, work: () => Promise<object | Refusal>) {
  if (!(await deps.actionLimit.pass(personKey(personOf(entry.flow.claims)))))
    return sendRefusal(response, refuse('too-fast'));
  const result = await work();
  if (isRefusal(result)) sendRefusal(response, result);
  else response.json(result);
}

function takeAnswer(deps: StepUpRoutes): Work {
  return async (entry, body) => {
    const parsed = AnswerBody.safeParse(body);
    return parsed.success ? answer(deps.flow, entry, parsed.data) : refuse('bad-request');
  };
}

function takeRemoval(deps: StepUpRoutes): Work {
  return async (entry, body) => {
    const parsed = RemoveBody.safeParse(body);
    return parsed.success ? remove(deps.flow, entry, parsed.data.id) : refuse('bad-request');
  };
}
