import { setTimeout as pause } from 'node:timers/promises';
import type { CpuClock } from './cpu-clock.ts';
import type { Wish } from './emitter-words.ts';
import type { Path } from './paths.ts';
import type { Viewer } from './viewer.ts';

/** CPU seconds of both ends of a path. */
export interface Cpu {
  here: number;
  device: number;
}

export async function countingCpu(clock: CpuClock, path: Path, act: () => Promise<void>): Promise<Cpu> {
  const read = async () => ({ here: await clock.seconds(path.here), device: await clock.seconds(path.device) });
  const before = await read();
  await act();
  const after = await read();
  return { here: after.here - before.here, device: after.device - before.device };
}

const ECHO: Wish = { bytes: 64, write: 64 };
/** A middle-sized update of a screen, in the pieces in which QEMU writes it. */
export const UPDATE: Wish = { bytes: 40 * 1024, write: 4096 };

/** Milliseconds from a small request to its small answer, one after the other. */
export async function echoes(viewer: Viewer, ms: number): Promise<number[]> {
  return repeat(viewer, ECHO, { ms, atMost: Number.POSITIVE_INFINITY });
}

/** Milliseconds of each answer, one after the other, until one of the limits is reached. */
export async function repeat(viewer: Viewer, wish: Wish, until: { ms: number; atMost: number }): Promise<number[]> {
  const taken: number[] = [];
  const end = performance.now() + until.ms;
  for (let begin = performance.now(); begin < end && taken.length < until.atMost; begin = performance.now()) {
    await viewer.ask(wish);
    taken.push(performance.now() - begin);
  }
  return taken;
}

/** Updates a second that all viewers get together, and how often one of them asks at most. */
const LOAD_PER_SECOND = 400;
const LOAD_EACH_MS = 30;

/** Keeps viewers busy while something is measured. */
export async function underLoad<T>(viewers: readonly Viewer[], act: () => Promise<T>): Promise<T> {
  let going = true;
  const everyMs = Math.max(LOAD_EACH_MS, (1000 * viewers.length) / LOAD_PER_SECOND);
  const watch = async (viewer: Viewer, index: number) => {
    await pause((everyMs * index) / viewers.length);
    while (going) {
      const next = pause(everyMs);
      await viewer.ask(UPDATE);
      await next;
    }
  };
  const watching = Promise.all(viewers.map(watch));
  try {
    return await act();
  } finally {
    going = false;
    await watching;
  }
}

const BULK_WRITE = 65_535;

/** Seconds until every viewer had its share of so many bytes. */
export async function bulk(viewers: readonly Viewer[], bytes: number): Promise<number> {
  const share = Math.ceil(bytes / viewers.length);
  const begin = performance.now();
  await Promise.all(viewers.map((viewer) => viewer.ask({ bytes: share, write: BULK_WRITE })));
  return (performance.now() - begin) / 1000;
}
