/** Chunks that are fetched ahead of somebody who reads on and on. */
const MAX_AHEAD = 16;

/**
 * Says what to fetch before it is asked for: nothing for who jumps about, ever more for who reads one chunk after the
 * other. So what nobody reads hardly travels, and a long file does not wait for each round trip.
 */
export class ReadAhead {
  #last = -1;
  #ahead = 0;

  /** Somebody reads these chunks. @returns the first that they may read next, and how many are worth fetching */
  follow(first: number, last: number): { from: number; count: number } {
    if (first === this.#last + 1 || (first === this.#last && last > first)) {
      this.#ahead = Math.min(MAX_AHEAD, Math.max(1, this.#ahead * 2));
    } else if (first !== this.#last) this.#ahead = 0;
    this.#last = last;
    return { from: last + 1, count: this.#ahead };
  }
}
