import type { InstallRecord } from '../../../core/contracts/install.ts';
import type { StepName } from '../../../core/contracts/step-name.ts';
import { type Figure, percentile } from '../figures.ts';
import type { Times } from './server.ts';

type Who = 'expert' | 'XEPA';

/** At most this much longer than by the script. */
const TARGET = 1.15;
/** Before them the rescue system is not reachable: the provider's time, and the same for both. */
const beforeRescue: readonly StepName[] = ['reserve', 'rescue'];

/** Seconds of several installs. */
export class InstallSamples {
  readonly #times: Record<Who, Times[]> = { expert: [], XEPA: [] };
  readonly #steps = new Map<StepName, number[]>();

  add(who: Who, times: Times): void {
    this.#times[who].push(times);
  }

  /** How long each step took; of the one in which the rescue system came up, what came after that. */
  addSteps(record: InstallRecord): void {
    const { reachable = 0 } = this.#times.XEPA.at(-1) ?? {};
    for (const { step, startedAt, endedAt = record.updatedAt } of record.journal) {
      if (beforeRescue.includes(step)) continue;
      const seconds = (endedAt - Math.max(startedAt, reachable)) / 1_000;
      this.#steps.set(step, [...(this.#steps.get(step) ?? []), seconds]);
    }
  }

  steps(): [StepName, number][] {
    return [...this.#steps].map(([step, seconds]) => [step, percentile(seconds, 0.5)]);
  }

  /** Seconds after the rescue system was reachable, the middle of all runs. */
  middle(who: Who, what: 'firstFrame' | 'metal'): number {
    return percentile(this.seconds(who, what), 0.5);
  }

  seconds(who: Who, what: 'firstFrame' | 'metal'): number[] {
    return this.#times[who].map((times) => (times[what] - times.reachable) / 1_000);
  }

  /** Processor seconds of the server until the first frame. */
  work(who: Who): number {
    return percentile(
      this.#times[who].map(({ work }) => work),
      0.5,
    );
  }

  /** First frame and metal of the last run, for people. */
  lastOf(who: Who): string {
    const [frame = Number.NaN, metal = Number.NaN] = (['firstFrame', 'metal'] as const).map((what) =>
      Number(this.seconds(who, what).at(-1)),
    );
    return `${frame.toFixed(1)} s and ${metal.toFixed(1)} s`;
  }
}

/** Where the seconds of the product go. */
export function stepTable(samples: InstallSamples): string[] {
  const rows = samples.steps().map(([step, seconds]) => `  ${step.padEnd(10)}${seconds.toFixed(1).padStart(7)} s`);
  return ['', "XEPA's steps since the rescue system was reachable, middle of the runs:", ...rows, ''];
}

export function figuresOf(samples: InstallSamples): Figure[] {
  const parts = [
    ['to the first frame', 'firstFrame'],
    ['to the installed system on the metal', 'metal'],
  ] as const;
  const [script, ours] = [samples.work('expert'), samples.work('XEPA')];
  const work = `${script.toFixed(1)} and ${ours.toFixed(1)}`;
  const times = parts.flatMap(([name, what]) => {
    const [expert, xepa] = [samples.middle('expert', what), samples.middle('XEPA', what)];
    const ratio = xepa / expert;
    const all = (who: Who) => samples.seconds(who, what).map((seconds) => seconds.toFixed(1));
    return [
      { name: `seconds ${name}, by script`, value: `${expert.toFixed(1)} (${all('expert').join(' ')})` },
      { name: `seconds ${name}, by XEPA`, value: `${xepa.toFixed(1)} (${all('XEPA').join(' ')})` },
      { name: `ratio ${name}`, value: ratio.toFixed(2), target: `at most ${TARGET}`, met: ratio <= TARGET },
    ];
  });
  return [
    ...times,
    { name: 'processor seconds of the server to the first frame, by script and by XEPA', value: work },
    { name: 'ratio of these', value: (ours / script).toFixed(2) },
  ];
}
