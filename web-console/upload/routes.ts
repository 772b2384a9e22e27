import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { mustBeOpen } from '../access.ts';
import { actorOf, enterFrom, enterToAct } from '../acting.ts';
import { isRefusal, refuse } from '../refusals.ts';
import { sendRefusal } from '../replies.ts';
import { beginUpload, ChosenFileBody } from './begin.ts';
import { takeChunk } from './chunk-route.ts';
import type { UploadBegun, UploadLook, UploadRoom } from './contract.ts';
import type { UploadDeps } from './deps.ts';
import { roomOn, silence, sizeOn } from './device.ts';
import { sentWhole, stopUpload, uploadIn, uploadStanding, uploadState } from './wish.ts';

const Sent = z.object({ n: z.number().int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const Stop = z.object({ n: z.number().int() });

/**
 * An ISO from somebody's computer, piece by piece. Any process takes the next piece: what there is stands in the record and
 * on the server. @param page only our own page may send what changes something @param body of a small JSON
 */
export function uploadRoutes(deps: UploadDeps, page: RequestHandler, body: RequestHandler[]): Router {
  const router = Router();
  const at = '/api/console/:install/upload';
  router.get(at, (request, response) => look(deps, request, response));
  router.get(`${at}/room`, (request, response) => tellRoom(deps, request, response));
  router.post(at, page, ...body, (request, response) => begin(deps, request, response));
  router.post(`${at}/sent`, page, ...body, (request, response) => sent(deps, request, response));
  router.post(`${at}/stop`, page, ...body, (request, response) => stop(deps, request, response));
  router.post(`${at}/:n/:offset`, page, (request, response) => takeChunk(deps, request, response));
  return router;
}

async function look(deps: UploadDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterFrom(deps, request);
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const closed = mustBeOpen(entry);
  if (closed) return sendRefusal(response, closed);
  const { record, session } = entry;
  if (!(await deps.uploadLimit.pass(session.slackUser))) return sendRefusal(response, refuse('too-fast'));
  const upload = uploadStanding(record, session.slackUser);
  try {
    if (upload?.mine && upload.state === 'receiving') upload.at = await sizeOn(deps.useLine, record);
  } catch (thrown) {
    return sendRefusal(response, silence(deps.log, record.id, thrown));
  }
  response.json({ upload } satisfies UploadLook);
}

async function tellRoom(deps: UploadDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterFrom(deps, request);
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const closed = mustBeOpen(entry);
  if (closed) return sendRefusal(response, closed);
  if (!(await deps.lookLimit.pass(entry.session.slackUser))) return sendRefusal(response, refuse('too-fast'));
  try {
    response.json({ roomBytes: await roomOn(deps.useLine, entry.record) } satisfies UploadRoom);
  } catch (thrown) {
    sendRefusal(response, silence(deps.log, entry.record.id, thrown));
  }
}

async function begin(deps: UploadDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterToAct(deps, request, 'console-upload');
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const file = ChosenFileBody.safeParse(request.body);
  if (!file.success) return sendRefusal(response, refuse('bad-request'));
  const begun = await beginUpload(deps, entry, file.data);
  if (isRefusal(begun)) return sendRefusal(response, begun);
  response.json(begun satisfies UploadBegun);
}

/** Only once all of it is there; the digest is believed when the server's own is the same. */
async function sent(deps: UploadDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterToAct(deps, request, 'console-upload');
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const body = Sent.safeParse(request.body);
  if (!body.success) return sendRefusal(response, refuse('bad-request'));
  const { id } = entry.record;
  try {
    const there = await sizeOn(deps.useLine, entry.record);
    if (there !== null && there !== uploadIn(entry.record)?.upload.bytes) {
      return sendRefusal(response, refuse('upload-place'));
    }
  } catch (thrown) {
    return sendRefusal(response, silence(deps.log, id, thrown));
  }
  const { n, sha256 } = body.data;
  const record = await deps.store.update(id, (now) => sentWhole(now, { n, sha256, by: actorOf(entry) }));
  const wish = uploadIn(record);
  // Also said twice: the first answer was lost.
  const isSent =
    wish?.n === n && wish.upload.sha256 === sha256 && ['checking', 'ready'].includes(uploadState(record, wish));
  if (!isSent) return sendRefusal(response, refuse('upload-over'));
  await deps.queue.wake(id);
  response.json({ done: 'sent' });
}

async function stop(deps: UploadDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterToAct(deps, request, 'console-upload');
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const body = Stop.safeParse(request.body);
  if (!body.success) return sendRefusal(response, refuse('bad-request'));
  const { id } = entry.record;
  const wish = { n: body.data.n, by: actorOf(entry), at: deps.clock.now() };
  const record = await deps.store.update(id, (now) => stopUpload(now, wish));
  if (!uploadIn(record)?.upload.stopped) return sendRefusal(response, refuse('upload-over'));
  await deps.queue.wake(id);
  response.json({ done: 'stopped' });
}
