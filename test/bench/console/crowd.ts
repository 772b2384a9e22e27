import { memoryMb } from './family.ts';
import type { Path } from './paths.ts';
import { Viewer } from './viewer.ts';

/** As many as our gateway lets look at one install. */
const PER_SCREEN = 100;

/** Viewers of one path, and what each further one costs in memory while nothing moves. */
export interface Crowd {
  viewers: Viewer[];
  /** MB of both ends, for each viewer but the first; of one viewer nothing can be said. */
  memory: { here: number; device: number } | null;
}

export async function gather(path: Path, count: number): Promise<Crowd> {
  // The first viewer makes the connection, which the others share: it is no cost of theirs.
  const viewers = [await greet(path, 0)];
  const before = { here: memoryMb(path.here), device: memoryMb(path.device) };
  while (viewers.length < count) viewers.push(await greet(path, viewers.length));
  if (count === 1) return { viewers, memory: null };
  const each = (roots: number[], earlier: number) => (memoryMb(roots) - earlier) / (count - 1);
  return { viewers, memory: { here: each(path.here, before.here), device: each(path.device, before.device) } };
}

export function dismiss(viewers: readonly Viewer[]): void {
  for (const { line } of viewers) line.close();
}

async function greet(path: Path, index: number): Promise<Viewer> {
  return Viewer.greet(await path.open(screenOf(index)));
}

function screenOf(index: number): number {
  return Math.floor(index / PER_SCREEN);
}
