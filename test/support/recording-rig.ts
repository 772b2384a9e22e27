import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Keyring, parseKeyring } from '../../core/keyring.ts';
import { createByteBudget } from '../../web-console/recordings/byte-budget.ts';
import { newContainer } from '../../web-console/recordings/container.ts';
import { openReel, type Reel } from '../../web-console/recordings/reel.ts';
import { openFile, type Sink } from '../../web-console/recordings/sink.ts';
import { SealedTape } from '../../web-console/recordings/tape.ts';

export const keyring: Keyring = parseKeyring('a secret of at least thirty-two characters');
/** What a client says before anything else. */
export const shake = Buffer.from('RFB 003.008\n\x01\x00', 'latin1');
/** Room for everything. */
export const PLENTY = 1_000_000_000;

/** How a tape ended. */
export interface Done {
  bytes: number;
  reason: string;
  failure: unknown;
}

/** A folder for recordings that goes when it is disposed of. */
export function aFolder(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'xepa-recordings-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A tape whose time is the test's, into a file or whatever sink is given. */
export async function aTape(file: string, options: { sink?: Sink; room?: number; install?: string } = {}) {
  const time = { now: 1_000_000 };
  const about = { install: options.install ?? 'xe-a', id: 'r1', user: 'U01ALICE', right: 'control' as const };
  const { head, seal } = newContainer(keyring, { ...about, startedAt: time.now, keepMs: 1000 });
  const sink = options.sink ?? (await openFile(file, head));
  const ended = Promise.withResolvers<Done>();
  const progress: number[] = [];
  const tape = new SealedTape({
    ...{ sink, seal, startedAt: time.now },
    clock: { now: () => time.now },
    budget: createByteBudget(options.room ?? PLENTY),
    onProgress: (bytes) => progress.push(bytes),
    onDone: ended.resolve,
  });
  return { tape, time, done: ended.promise, progress };
}

/** Where each chunk of a file begins, and where the last one ends. */
export function chunkStarts(file: string): number[] {
  const bytes = readFileSync(file);
  const starts = [12 + bytes.readUInt32BE(8)];
  for (let at = starts[0] ?? 0; at < bytes.length; ) {
    at += 4 + bytes.readUInt32BE(at);
    starts.push(at);
  }
  return starts;
}

/** Opens a recording for as long as `use` takes. */
export async function reading<T>(file: string, use: (reel: Reel) => Promise<T>, keys = keyring): Promise<T> {
  const reel = await openReel(file, keys);
  try {
    return await use(reel);
  } finally {
    await reel.close();
  }
}
