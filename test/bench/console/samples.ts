import { percentile } from '../figures.ts';

/** Figures of several rounds; what counts is the middle one. */
export class Samples<Who extends string, What extends string> {
  readonly who: readonly Who[];
  readonly #taken = new Map<string, number[]>();

  constructor(who: readonly Who[]) {
    this.who = who;
  }

  add(who: Who, what: What, value: number): void {
    const key = `${who}/${what}`;
    this.#taken.set(key, [...(this.#taken.get(key) ?? []), value]);
  }

  /** NaN where nothing was measured. */
  middle(who: Who, what: What): number {
    return percentile(this.#taken.get(`${who}/${what}`) ?? [], 0.5);
  }
}
