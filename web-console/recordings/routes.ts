import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { XepaError } from '../../core/errors.ts';
import type { InstallStore } from '../../core/install-store.ts';
import type { Keyring } from '../../core/keyring.ts';
import type { RecordingIndex } from '../../core/recording-index.ts';
import type { RecordingLinks } from '../../core/recording-links.ts';
import type { Remark } from '../bounded-log.ts';
import type { SessionCookie } from '../cookie.ts';
import { jsonBody } from '../json-body.ts';
import type { RateLimit } from '../rate-limit.ts';
import { isRefusal, type Refusal, type RefusalCode, refuse } from '../refusals.ts';
import { sendRefusal } from '../replies.ts';
import { PLAY_SECONDS, type PlaySession, type PlaySessions } from './play-sessions.ts';
import { openReel, type Reel } from './reel.ts';
import { fileOf } from './shelf.ts';
import { readPart } from './survey.ts';
import { viewOf } from './view.ts';

export interface PlayRoutes {
  folder: string | undefined;
  keyring: Keyring;
  links: Pick<RecordingLinks, 'redeem'>;
  sessions: PlaySessions;
  cookie: SessionCookie;
  store: Pick<InstallStore, 'find' | 'note'>;
  index: Pick<RecordingIndex, 'list'>;
  /** Refused links per address. */
  linkLimit: RateLimit;
  /** How often a person may have a recording read from end to end. */
  playLimit: RateLimit;
  clock: Clock;
  remark: Remark;
}

const BODY_BYTES = 4 * 1024;
const Ticket = z.object({ ticket: z.string().min(1).max(2_048) });
const count = (max: number) => z.coerce.number().int().min(0).max(max);
const Part = z.object({ index: count(2 ** 40), offset: count(2 ** 50), chunks: count(100_000) });
const refusalOf: Record<'bad' | 'expired' | 'used', RefusalCode> = {
  bad: 'bad-link',
  expired: 'expired-link',
  used: 'used-link',
};
const again = 'Ask for another one in Slack with /xepa recordings.';
const linkWords: Record<'bad' | 'expired' | 'used', string> = {
  bad: `This link is incomplete or was changed on its way. ${again}`,
  expired: `This link has expired: it works for a few minutes only. ${again}`,
  used: `This link was already used; each one opens the recording once. ${again}`,
};

/** What the player asks of the server. It gets what one link was for, and nothing else. */
export function playRoutes(deps: PlayRoutes, onlyOurPage: RequestHandler): Router {
  const router = Router();
  const ours = [onlyOurPage, ...jsonBody(BODY_BYTES)];
  router.post('/api/recordings/exchange', ...ours, (request, response) => redeem(deps, request, response));
  router.post('/api/recordings/:install/:recording/play', ...ours, (request, response) =>
    play(deps, request, response),
  );
  router.get('/api/recordings/:install/:recording/part', (request, response) => sendPart(deps, request, response));
  return router;
}

async function redeem(deps: PlayRoutes, request: Request, response: Response): Promise<void> {
  const body = Ticket.safeParse(request.body);
  if (!body.success) return sendRefusal(response, refuse('bad-link', linkWords.bad));
  const redeemed = await deps.links.redeem(body.data.ticket);
  if (!redeemed.ok) {
    deps.remark({ from: request.ip, refused: refusalOf[redeemed.why] }, 'a link to a recording was refused');
    // Good links are never held up by whoever else comes from the same address.
    if (!(await deps.linkLimit.pass(request.ip ?? 'unknown'))) return sendRefusal(response, refuse('too-fast'));
    return sendRefusal(response, refuse(refusalOf[redeemed.why], linkWords[redeemed.why]));
  }
  const { installId, recording, slackUser } = redeemed.claims;
  const before = deps.cookie.read(request.headers.cookie);
  const secret = await deps.sessions.open({ installId, recording, slackUser }, before);
  response.set('Set-Cookie', deps.cookie.line(secret, PLAY_SECONDS));
  response.json({ install: installId, recording });
}

/** Every play is written down before anything is shown, by whoever it is that plays. */
async function play(deps: PlayRoutes, request: Request, response: Response): Promise<void> {
  const session = await sessionOf(deps, request);
  if (isRefusal(session)) return sendRefusal(response, session);
  if (!(await deps.playLimit.pass(session.slackUser))) return sendRefusal(response, refuse('too-fast'));
  const record = await deps.store.find(session.installId);
  if (!record) return sendRefusal(response, refuse('no-recording'));
  const { installId, recording, slackUser } = session;
  await withReel(deps, session, response, async (reel) => {
    const actor = { via: 'console' as const, id: slackUser };
    await deps.store.note(installId, { type: 'recording-played', actor, detail: { recording } });
    const entry = (await deps.index.list(installId)).find(({ id }) => id === recording) ?? null;
    response.json(await viewOf(reel, record, { entry, now: deps.clock.now() }));
  });
}

async function sendPart(deps: PlayRoutes, request: Request, response: Response): Promise<void> {
  const session = await sessionOf(deps, request);
  if (isRefusal(session)) return sendRefusal(response, session);
  const part = Part.safeParse(request.query);
  if (!part.success) return sendRefusal(response, refuse('bad-request'));
  await withReel(deps, session, response, async (reel) => {
    const bytes = await readPart(reel, part.data);
    if (!bytes) return sendRefusal(response, refuse('bad-request'));
    response.set('Content-Type', 'application/octet-stream');
    response.end(bytes);
  });
}

async function sessionOf(deps: PlayRoutes, request: Request): Promise<PlaySession | Refusal> {
  const { install, recording } = request.params;
  const secret = deps.cookie.read(request.headers.cookie);
  const session = await deps.sessions.find(secret, String(install), String(recording));
  return session ?? refuse('other-recording');
}

/** Opens the file for as long as the answer takes. What is in its head must be what was asked for. */
async function withReel(
  deps: PlayRoutes,
  session: PlaySession,
  response: Response,
  use: (reel: Reel) => Promise<void>,
): Promise<void> {
  const { installId: install, recording: id } = session;
  const file = deps.folder === undefined ? null : fileOf(deps.folder, { install, id });
  if (file === null) return sendRefusal(response, refuse('no-recording'));
  const reel = await openReel(file, deps.keyring).catch((thrown: unknown) => {
    if (thrown instanceof XepaError) return refuse('no-recording', thrown.userMessage);
    throw thrown;
  });
  if (isRefusal(reel)) return sendRefusal(response, reel);
  try {
    const isIt = reel.head.install === install && reel.head.id === id;
    await (isIt ? use(reel) : sendRefusal(response, refuse('no-recording')));
  } finally {
    await reel.close();
  }
}
