import type { Request, Response } from 'express';
import { z } from 'zod';
import { toXepaError } from '../../core/errors.ts';
import type { Entry } from '../access.ts';
import { enterToAct } from '../acting.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { sendRefusal, tooLarge } from '../replies.ts';
import { BLOCK_BYTES, MOST_CHUNK_BYTES, resumeAt, type UploadAt } from './contract.ts';
import type { UploadDeps } from './deps.ts';
import { growingFile, silence } from './device.ts';
import { chunkArgv, pourChunk } from './on-device.ts';
import { type UploadWish, uploadIn, uploadState } from './wish.ts';

/** For the device to take a piece; a browser has less to send one, see the server's `patience`. */
const PIECE_MS = 25_000;

const Place = z.object({
  n: z.coerce.number().int().min(1),
  offset: z.coerce.number().int().min(0).multipleOf(BLOCK_BYTES),
});

interface Piece {
  wish: UploadWish;
  offset: number;
  length: number;
}

/** One piece goes from the browser to its place on the server as it comes: this process holds no more of it than what is on its way. */
export async function takeChunk(deps: UploadDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterToAct({ ...deps, actionLimit: deps.uploadLimit }, request, 'console-upload');
  const piece = isRefusal(entry) ? entry : pieceOf(entry, request);
  if (isRefusal(entry) || isRefusal(piece)) return turnAway(response, isRefusal(entry) ? entry : (piece as Refusal));
  const answer = await store(deps, request, { entry, piece });
  if (isRefusal(answer)) return turnAway(response, answer);
  await deps.discProgress.tell(entry.record.id, answer.at);
  // Behind what is there already, or in front of what is not: the page goes on from there.
  const isWhole = answer.at >= piece.offset + piece.length;
  if (!isWhole) return sendRefusal(response, refuse('upload-place'));
  response.json({ at: resumeAt(answer.at, piece.wish.upload.bytes) } satisfies UploadAt);
}

/** What is refused before a byte is read is not read at all. */
function turnAway(response: Response, refusal: Refusal): void {
  response.set('Connection', 'close');
  sendRefusal(response, refusal);
}

/** Whose it is, and where it goes: all of it is known before its first byte. */
function pieceOf({ record, session }: Entry, request: Request): Piece | Refusal {
  const place = Place.safeParse(request.params);
  if (!place.success || request.is('application/octet-stream') === false) return refuse('bad-request');
  const { n, offset } = place.data;
  const wish = uploadIn(record);
  const goesOn = wish?.n === n && wish.by.id === session.slackUser && !wish.upload.stopped;
  if (!goesOn || uploadState(record, wish) !== 'receiving') return refuse('upload-over');
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  if (!(length > 0)) return { ...refuse('bad-request'), status: 411 };
  if (length > MOST_CHUNK_BYTES || offset + length > wish.upload.bytes) return tooLarge();
  return { wish, offset, length };
}

async function store(
  deps: UploadDeps,
  request: Request,
  { entry, piece }: { entry: Entry; piece: Piece },
): Promise<{ at: number } | Refusal> {
  const { record, session } = entry;
  const file = growingFile(record);
  if (file === null) return refuse('upload-over');
  const secret = deps.cookie.read(request.headers.cookie);
  const place = deps.running.begin({ installId: record.id, user: session.slackUser, secret });
  if (!place) return refuse('too-many', 'Too many files are uploaded at this moment. This one goes on shortly.');
  try {
    const signal = AbortSignal.any([place.signal, AbortSignal.timeout(PIECE_MS)]);
    const answer = await deps.useLine(record, async (shell) => {
      return pourChunk(request, await shell.stream(chunkArgv(file, piece.offset)), signal);
    });
    if (answer === 'gone') return refuse('upload-over');
    if (answer === 'full') return refuse('no-room', 'The server has no memory left for the rest of this file.');
    return answer;
  } catch (thrown) {
    const { code } = toXepaError(thrown);
    if (code === 'cancelled') return refuse('upload-place');
    return silence(deps.log, record.id, thrown);
  } finally {
    place.end();
  }
}
