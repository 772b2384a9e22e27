import type { Figure } from '../figures.ts';
import type { CountFigure } from './by-count.ts';
import { NOISY, type Noise } from './noise.ts';
import type { PathName } from './paths.ts';
import type { Samples } from './samples.ts';
import { LIMIT, scenes } from './screen.ts';
import type { Stalled } from './stalled.ts';
import { type UpdateFigure, type UpdateSize, updateSizes } from './updates.ts';

/** What ours is held against: ways to a device that people use today. The others only show what a bridge takes. */
const rivals: PathName[] = ['websockify + ssh -L', 'ws + ssh -L'];

const times = (value: number) => `${value.toFixed(2)} x`;
const atLeast = (value: number, least: number) => ({
  value: times(value),
  target: `>= ${least} x`,
  met: value >= least,
});
const atMost = (value: number, most: number) => ({ value: times(value), target: `<= ${most} x`, met: value <= most });

/** Ours to the better of the two. */
export function judgeBulk(samples: Samples<PathName, CountFigure>, viewers: number): Figure[] {
  const best = Math.max(...rivals.map((name) => samples.middle(name, 'bulk')));
  const name = `bulk to the better of both through ssh -L, ${people(viewers)}`;
  return [{ name, ...atLeast(samples.middle('XEPA', 'bulk') / best, 0.9) }];
}

export function judgeUpdates(samples: Samples<PathName, UpdateFigure>): Figure[] {
  return rivals.flatMap((rival) => {
    const ratio = (what: UpdateFigure) => samples.middle('XEPA', what) / samples.middle(rival, what);
    return [
      { name: `40 KB update, how much sooner than ${rival}`, ...atLeast(1 / ratio('40 KB wait'), 10) },
      ...(Object.keys(updateSizes) as UpdateSize[]).map((size) => ({
        name: `CPU of a ${size} update to ${rival}`,
        ...atMost(ratio(`${size} cpu here`), 1),
      })),
    ];
  });
}

export function judgeScreens(samples: Samples<string, string>): Figure[] {
  return scenes.map(({ name }) => ({
    name: `updates/s of QEMU's screen to its own limit, ${name}`,
    ...atLeast(samples.middle('XEPA', name) / samples.middle(LIMIT, name), 0.9),
  }));
}

export function judgeStalled({ here, device, p99 }: Stalled): Figure[] {
  const mb = (value: number) => `${value.toFixed(2)} MB`;
  return [
    { name: 'a stalled viewer, memory of the gateway', value: mb(here), target: '< 2 MB', met: here < 2 },
    { name: 'a stalled viewer, memory of the device', value: mb(device), target: '< 2 MB', met: device < 2 },
    {
      name: "a stalled viewer, the others' p99 with to without",
      value: times(p99),
      target: '< 1.1 x',
      met: p99 < 1.1,
    },
  ];
}

export function describeNoise(noise: Noise): Figure[] {
  const { usual, bad } = noise.spread();
  const verdict = bad < NOISY ? 'quiet' : 'NOISY: take the ratios with care';
  return [
    { name: 'load of the machine before', value: noise.before.toFixed(2) },
    { name: `the same work, median and p90 to its best (${verdict})`, value: `${usual.toFixed(2)}, ${bad.toFixed(2)}` },
  ];
}

export function people(viewers: number): string {
  return viewers === 1 ? '1 viewer' : `${viewers} viewers`;
}
