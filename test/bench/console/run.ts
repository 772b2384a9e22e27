import { type Figure, percentile } from '../figures.ts';
import { type CountPace, measureCount } from './by-count.ts';
import { type CpuClock, startCpuClock } from './cpu-clock.ts';
import { openSocket } from './line.ts';
import { echoes } from './measures.ts';
import { type Noise, startNoise } from './noise.ts';
import { guestSockets, measureScreens } from './screen.ts';
import { type Stage, setStage } from './stage.ts';
import { measureStalled } from './stalled.ts';
import { type BareTrip, countTable, screenTable, updateTable } from './tables.ts';
import { measureUpdates } from './updates.ts';
import { describeNoise, judgeBulk, judgeScreens, judgeStalled, judgeUpdates } from './verdicts.ts';
import { Viewer } from './viewer.ts';

interface Pace {
  counts: number[];
  count: CountPace;
  updates: { rounds: number; ms: number; atMost: number };
  screen: { rounds: number; ms: number };
  stalled: { pairs: number; ms: number; rounds: number };
}

const whole: Pace = {
  counts: [1, 50, 200],
  count: { rounds: 5, echoMs: 500, bulkMb: 300, bulkMbEach: 3 },
  updates: { rounds: 5, ms: 1_000, atMost: 500 },
  screen: { rounds: 3, ms: 2_000 },
  stalled: { pairs: 15, ms: 1_000, rounds: 3 },
};
const quick: Pace = {
  counts: [1, 50],
  count: { rounds: 1, echoMs: 300, bulkMb: 150, bulkMbEach: 3 },
  updates: { rounds: 3, ms: 400, atMost: 400 },
  screen: { rounds: 1, ms: 1_000 },
  stalled: { pairs: 3, ms: 500, rounds: 1 },
};

export interface ConsoleBench {
  /** For keys and sockets. */
  dir: string;
  quick: boolean;
  print(line: string): void;
}

interface Tools extends ConsoleBench {
  stage: Stage;
  clock: CpuClock;
  noise: Noise;
  pace: Pace;
}

/** All measurements; their tables are printed as they come, and what is held against targets is answered. */
export async function runConsoleBench(given: ConsoleBench): Promise<Figure[]> {
  const noise = startNoise();
  const stage = await setStage(given.dir, guestSockets(given.dir));
  const clock = startCpuClock();
  try {
    return await measureAll({ ...given, stage, clock, noise, pace: given.quick ? quick : whole });
  } finally {
    clock.stop();
    await stage.stop();
  }
}

async function measureAll(tools: Tools): Promise<Figure[]> {
  const { dir, stage, clock, noise, pace, print } = tools;
  const { paths, emitters } = stage;
  const screens = await measureScreens({ paths, first: emitters.length, dir, noise, pace: pace.screen });
  for (const line of screenTable(screens)) print(line);
  const updates = await measureUpdates({ paths, clock, noise, pace: pace.updates });
  for (const line of updateTable(updates)) print(line);
  const bulks: Figure[] = [];
  for (const count of pace.counts) {
    const bare = await bareTrip(emitters[0] ?? '', pace.count.echoMs);
    const samples = await measureCount({ paths, clock, noise, pace: pace.count }, count);
    for (const line of countTable(samples, count, bare)) print(line);
    bulks.push(...judgeBulk(samples, count));
  }
  const stalled: Figure[] = [];
  for (const path of paths)
    if (path.name === 'XEPA') stalled.push(...judgeStalled(await measureStalled(path, pace.stalled)));
  return [...judgeScreens(screens), ...judgeUpdates(updates), ...bulks, ...stalled, ...describeNoise(noise)];
}

const BARE_ROUNDS = 3;

/** What the emitter and the viewer take by themselves. */
async function bareTrip(path: string, ms: number): Promise<BareTrip> {
  const viewer = await Viewer.greet(await openSocket(path));
  const trips: BareTrip[] = [];
  while (trips.length < BARE_ROUNDS) {
    const taken = await echoes(viewer, ms);
    trips.push({ p50: percentile(taken, 0.5), p99: percentile(taken, 0.99) });
  }
  viewer.line.close();
  const middle = (share: keyof BareTrip) =>
    percentile(
      trips.map((trip) => trip[share]),
      0.5,
    );
  return { p50: middle('p50'), p99: middle('p99') };
}
