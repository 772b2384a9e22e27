import { answerTo, ask } from '../api.ts';
import type { UploadApi } from './transfer-api.ts';

/** For a piece to get there and back; the server gives up sooner. */
const PIECE_MS = 40_000;

export function uploadApi(install: string): UploadApi {
  const at = `/api/console/${encodeURIComponent(install)}/upload`;
  return {
    begin: (file) => ask(at, file),
    look: () => ask(at),
    send: ({ n, offset }, piece, signal) =>
      answerTo(`${at}/${n}/${offset}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/octet-stream', 'X-Xepa': '1' },
        body: piece,
        cache: 'no-store',
        signal: AbortSignal.any([signal, AbortSignal.timeout(PIECE_MS)]),
      }),
    sent: (n, sha256) => ask(`${at}/sent`, { n, sha256 }),
    stop: (n) => ask(`${at}/stop`, { n }),
    room: () => ask(`${at}/room`),
  };
}
