import type { Duplex, Readable } from 'node:stream';
import { XepaError } from '../../core/errors.ts';
import type { Command } from '../../core/ssh/command.ts';
import { BLOCK_BYTES } from './contract.ts';

/** What a server made of a piece: so many bytes of the upload are there now, or why not. */
export type ChunkAnswer = { at: number } | 'gone' | 'full';

/** A few words are all that it says. */
const MOST_SAID = 200;

/**
 * Arguments: the file, the block that the piece begins with, its first byte. Writes what comes in at just that place, so a
 * piece that comes twice, or late, writes what is there already; and never beyond the end, so that no hole stays.
 */
const script = `umask 077
[ -f "$1" ] || { echo gone; exit; }
size=$(stat -c %s "$1")
[ "$size" -ge "$3" ] || { echo "at $size"; exit; }
dd of="$1" bs=${BLOCK_BYTES} seek="$2" conv=notrunc 2>/dev/null || { echo full; exit; }
echo "at $(stat -c %s "$1")"`;

export function chunkArgv(file: string, offset: number): string[] {
  return ['sh', '-c', script, 'sh', file, String(Math.floor(offset / BLOCK_BYTES)), String(offset)];
}

/** How many bytes of an upload are there; null when it is not. */
export function sizeThere(file: string): Command<number | null> {
  return {
    argv: ['stat', '-c', '%s', file],
    timeoutMs: 15_000,
    okCodes: [0, 1],
    parse: ({ stdout, exitCode }) => (exitCode === 0 ? Number(stdout.trim()) : null),
  };
}

/**
 * Pours a piece into the server at the pace of both, and answers with what that made of it. What is still to come of a
 * piece that the server does not want is read and forgotten.
 * @param channel of a command with the words of `chunkArgv`
 * @throws XepaError unreachable when either side was lost, cancelled by the signal
 */
export function pourChunk(body: Readable, channel: Duplex, signal: AbortSignal): Promise<ChunkAnswer> {
  return new Promise((resolve, reject) => {
    let said = '';
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', onAbort);
      body.off('close', onBodyGone);
      body.unpipe(channel);
      act();
    };
    const fail = (error: XepaError) =>
      settle(() => {
        channel.destroy();
        reject(error);
      });
    const onAbort = () => fail(cut('cancelled', 'a piece of an upload was stopped'));
    const onBodyGone = () => {
      if (!body.readableEnded) fail(cut('unreachable', 'the browser was lost'));
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    body.once('close', onBodyGone);
    channel.on('data', (part: Buffer) => {
      said = (said + part.toString('latin1')).slice(0, MOST_SAID);
    });
    channel.on('error', () => undefined);
    channel.once('close', () => {
      const answer = parseAnswer(said);
      if (answer === null) fail(cut('unreachable', `the server said: ${said}`));
      else
        settle(() => {
          body.resume();
          resolve(answer);
        });
    });
    body.pipe(channel);
  });
}

function parseAnswer(said: string): ChunkAnswer | null {
  const [, word, size] = /^(gone|full|at) ?(\d*)\n$/.exec(said) ?? [];
  if (word === 'gone' || word === 'full') return word;
  return word === 'at' && size ? { at: Number(size) } : null;
}

function cut(code: 'unreachable' | 'cancelled', message: string): XepaError {
  return new XepaError(code, { message, userMessage: 'The upload was interrupted.', retry: 'backoff' });
}
