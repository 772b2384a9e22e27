import type { WebSocket } from 'ws';
import { type CloseReason, closeCodes } from './close-codes.ts';
import type { Refusal, RefusalCode } from './refusals.ts';

/** The refusals that a page hears after its session was proven, by the close codes it knows them by. */
const heardAs: Partial<Record<RefusalCode, CloseReason>> = {
  'too-many': 'tooMany',
  'too-fast': 'tooFast',
  'going-away': 'goingAway',
  'cannot-record': 'unrecorded',
};
/** A close frame has room for 123 bytes of text. */
const TEXT_BYTES = 123;
const GRACE_MS = 500;

/** Closes a WebSocket that was opened for no other purpose than to say why there is no screen. */
export function turnAway(socket: WebSocket, refusal: Refusal): void {
  const cut = setTimeout(() => socket.terminate(), GRACE_MS);
  socket.once('close', () => clearTimeout(cut));
  socket.on('error', () => undefined);
  socket.close(closeCodes[heardAs[refusal.refused] ?? 'screenSilent'], fitting(refusal.message));
}

/** As much of a text as fits, cut at a character. */
export function fitting(text: string): string {
  if (Buffer.byteLength(text) <= TEXT_BYTES) return text;
  let short = '';
  for (const character of text) {
    if (Buffer.byteLength(short + character) > TEXT_BYTES - 3) break;
    short += character;
  }
  return `${short}…`;
}
