import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from '../figures.ts';
import { dismiss, gather } from './crowd.ts';
import { memoryMb } from './family.ts';
import { echoes, underLoad } from './measures.ts';
import type { Path } from './paths.ts';
import { Viewer } from './viewer.ts';

/** MB of one viewer at both ends. */
interface Cost {
  here: number;
  device: number;
}

/** What a browser that stopped reading costs, and what it does to the round trips of those beside it. */
export interface Stalled extends Cost {
  /** p99 with a stalled viewer to p99 without. */
  p99: number;
}

const OTHERS = 9;
const STALLED = 40;
/** More than all buffers on the way together. */
const FLOOD = { bytes: 256 * 1024 * 1024, write: 32 * 1024 };
const FILLS_MS = 500;

/** @param pace how often both are compared, for how long each time, and how often the memory is read */
export async function measureStalled(
  path: Path,
  pace: { pairs: number; ms: number; rounds: number },
): Promise<Stalled> {
  const { viewers } = await gather(path, OTHERS);
  const [prober, ...others] = viewers;
  if (!prober) throw new Error('nobody is there');
  const look = () => underLoad(others, () => echoes(prober, pace.ms));
  await look();
  const ratios: number[] = [];
  for (let pair = 0; pair < pace.pairs; pair += 1) {
    const without = percentile(await look(), 0.99);
    const stalled = await stall(path);
    await pause(FILLS_MS);
    ratios.push(percentile(await look(), 0.99) / without);
    stalled.line.close();
  }
  const costs: Cost[] = [];
  while (costs.length < pace.rounds) costs.push(await costOfMany(path));
  dismiss(viewers);
  const middle = (end: keyof Cost) =>
    percentile(
      costs.map((cost) => cost[end]),
      0.5,
    );
  return { here: middle('here'), device: middle('device'), p99: percentile(ratios, 0.5) };
}

/** One stalled viewer is less than what a heap grows and shrinks by itself. */
async function costOfMany(path: Path): Promise<Cost> {
  const { viewers } = await gather(path, STALLED);
  const read = () => ({ here: memoryMb(path.here), device: memoryMb(path.device) });
  const before = read();
  for (const viewer of viewers) flood(viewer);
  await pause(4 * FILLS_MS);
  const after = read();
  dismiss(viewers);
  return { here: (after.here - before.here) / STALLED, device: (after.device - before.device) / STALLED };
}

async function stall(path: Path): Promise<Viewer> {
  const viewer = await Viewer.greet(await path.open(0));
  flood(viewer);
  return viewer;
}

function flood(viewer: Viewer): void {
  viewer.line.stall();
  // Never answered in full: nobody waits for it.
  void viewer.ask(FLOOD);
}
