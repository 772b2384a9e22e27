import { percentile } from '../figures.ts';
import { turned } from './by-count.ts';
import type { CpuClock } from './cpu-clock.ts';
import { dismiss, gather } from './crowd.ts';
import { countingCpu, repeat } from './measures.ts';
import type { Noise } from './noise.ts';
import { type Path, type PathName, pathNames } from './paths.ts';
import { Samples } from './samples.ts';

/** Updates of a screen as QEMU makes them: small, middle-sized and large, in the pieces in which it writes them. */
export const updateSizes = {
  '2 KB': { bytes: 2 * 1024, write: 2048 },
  '40 KB': { bytes: 40 * 1024, write: 4096 },
  '200 KB': { bytes: 200 * 1024, write: 8192 },
} as const;
export type UpdateSize = keyof typeof updateSizes;
/** Milliseconds until an update is whole; milliseconds of CPU where the gateway runs, and on the device. */
export type UpdateFigure = `${UpdateSize} ${'wait' | 'cpu here' | 'cpu device'}`;

const WARM_UP = { ms: 400, atMost: 2_000 };

/** A process that has just started compiles more than it carries. */
async function warm(path: Path): Promise<void> {
  const { viewers } = await gather(path, 1);
  for (const viewer of viewers) for (const wish of Object.values(updateSizes)) await repeat(viewer, wish, WARM_UP);
  dismiss(viewers);
}

/** One viewer, one update after the other. @param pace limits for each size in each round */
export async function measureUpdates(tools: {
  paths: readonly Path[];
  clock: CpuClock;
  noise: Noise;
  pace: { rounds: number; ms: number; atMost: number };
}): Promise<Samples<PathName, UpdateFigure>> {
  const { paths, clock, noise, pace } = tools;
  const samples = new Samples<PathName, UpdateFigure>(pathNames);
  for (const path of paths) await warm(path);
  for (let round = 0; round < pace.rounds; round += 1) {
    for (const path of turned(paths, round)) {
      const { viewers } = await gather(path, 1);
      for (const size of Object.keys(updateSizes) as UpdateSize[]) {
        noise.listen();
        let taken: number[] = [];
        const cpu = await countingCpu(clock, path, async () => {
          for (const viewer of viewers) taken = await repeat(viewer, updateSizes[size], pace);
        });
        samples.add(path.name, `${size} wait`, percentile(taken, 0.5));
        samples.add(path.name, `${size} cpu here`, (cpu.here * 1000) / taken.length);
        samples.add(path.name, `${size} cpu device`, (cpu.device * 1000) / taken.length);
      }
      dismiss(viewers);
    }
  }
  return samples;
}
