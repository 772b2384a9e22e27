/** What the idle watch asks for: nothing, a warning with the seconds left, taking it back, or closing. */
export type IdleNews = { kind: 'warn'; secondsLeft: number } | { kind: 'idle' } | null;

const WARN_BEFORE_MS = 120_000;

/** Counts the time since a person last did something. Frame requests are no sign of life: the page makes them for ever. */
export class IdleWatch {
  readonly #limitMs: number;
  #lastInput: number;
  #warned = false;

  constructor(limitMs: number, now: number) {
    this.#limitMs = limitMs;
    this.#lastInput = now;
  }

  /** A person did something; true when a warning is to be taken back. */
  touch(now: number): boolean {
    const takeBack = this.#warned;
    this.#lastInput = now;
    this.#warned = false;
    return takeBack;
  }

  /** To be asked every second or so; warns once. */
  check(now: number): IdleNews {
    const left = this.#lastInput + this.#limitMs - now;
    if (left <= 0) return { kind: 'idle' };
    if (this.#warned || left > WARN_BEFORE_MS) return null;
    this.#warned = true;
    return { kind: 'warn', secondsLeft: Math.round(left / 1000) };
  }
}
