const SPAN_MS = 5_000;

/** How fast something grows, over the last seconds. */
export class Rate {
  #points: { at: number; value: number }[] = [];

  /** @returns per second; null before there are two looks */
  see(value: number, now: number): number | null {
    if (value < (this.#points.at(-1)?.value ?? 0)) this.#points = [];
    this.#points.push({ at: now, value });
    while (now - (this.#points[1]?.at ?? now) >= SPAN_MS) this.#points.shift();
    const [first] = this.#points;
    if (!first || now <= first.at) return null;
    return ((value - first.value) * 1000) / (now - first.at);
  }
}
