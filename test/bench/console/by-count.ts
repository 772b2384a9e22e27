import { percentile } from '../figures.ts';
import type { CpuClock } from './cpu-clock.ts';
import { type Crowd, dismiss, gather } from './crowd.ts';
import { bulk, countingCpu, echoes, underLoad } from './measures.ts';
import type { Noise } from './noise.ts';
import { type Path, type PathName, pathNames } from './paths.ts';
import { Samples } from './samples.ts';

/** What is measured of each path with so many viewers. Milliseconds, MB/s, CPU seconds for each GB, MB. */
export type CountFigure =
  | 'idle p50'
  | 'idle p99'
  | 'load p50'
  | 'load p99'
  | 'bulk'
  | 'cpu here'
  | 'cpu device'
  | 'memory here'
  | 'memory device';

export interface CountPace {
  rounds: number;
  echoMs: number;
  /** MB of bulk, and at least so many for each viewer. */
  bulkMb: number;
  bulkMbEach: number;
}

const MB = 1_000_000;

/** All paths with the same number of viewers, in rounds that begin with another path each time. */
export async function measureCount(
  tools: { paths: readonly Path[]; clock: CpuClock; noise: Noise; pace: CountPace },
  count: number,
): Promise<Samples<PathName, CountFigure>> {
  const { paths, noise, pace } = tools;
  const samples = new Samples<PathName, CountFigure>(pathNames);
  const crowds = new Map<Path, Crowd>();
  for (const path of paths) {
    const crowd = await gather(path, count);
    crowds.set(path, crowd);
    if (!crowd.memory) continue;
    samples.add(path.name, 'memory here', crowd.memory.here);
    samples.add(path.name, 'memory device', crowd.memory.device);
  }
  for (let round = 0; round < pace.rounds; round += 1) {
    for (const path of turned(paths, round)) {
      noise.listen();
      await measureOne({ ...tools, samples }, path, crowds.get(path)?.viewers ?? []);
    }
  }
  for (const { viewers } of crowds.values()) dismiss(viewers);
  return samples;
}

async function measureOne(
  tools: { clock: CpuClock; pace: CountPace; samples: Samples<PathName, CountFigure> },
  path: Path,
  viewers: Crowd['viewers'],
): Promise<void> {
  const { clock, pace, samples } = tools;
  const [prober, ...others] = viewers;
  if (!prober) return;
  const idle = await echoes(prober, pace.echoMs);
  samples.add(path.name, 'idle p50', percentile(idle, 0.5));
  samples.add(path.name, 'idle p99', percentile(idle, 0.99));
  if (others.length > 0) {
    const loaded = await underLoad(others, () => echoes(prober, pace.echoMs));
    samples.add(path.name, 'load p50', percentile(loaded, 0.5));
    samples.add(path.name, 'load p99', percentile(loaded, 0.99));
  }
  const megabytes = Math.max(pace.bulkMb, pace.bulkMbEach * viewers.length);
  let seconds = Number.NaN;
  const cpu = await countingCpu(clock, path, async () => {
    seconds = await bulk(viewers, megabytes * MB);
  });
  samples.add(path.name, 'bulk', megabytes / seconds);
  samples.add(path.name, 'cpu here', (cpu.here * 1000) / megabytes);
  samples.add(path.name, 'cpu device', (cpu.device * 1000) / megabytes);
}

/** Nobody is always the first: a machine that gets warm or busy does so for all. */
export function turned<T>(items: readonly T[], by: number): T[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}
