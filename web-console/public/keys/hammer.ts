import { chord } from './key-events.ts';
import type { Key } from './physical.ts';
import type { KeySink } from './typist.ts';

const EVERY_MS = 200;
const FOR_MS = 10_000;

/** Presses one key again and again: firmware listens for a moment after a reset, and nobody knows which. */
export class Hammer {
  readonly #sink: () => Pick<KeySink, 'key'> | null;
  /** Told each second how many are left; null when it has stopped. */
  readonly #onTick: (secondsLeft: number | null) => void;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(sink: () => Pick<KeySink, 'key'> | null, onTick: (secondsLeft: number | null) => void) {
    this.#sink = sink;
    this.#onTick = onTick;
  }

  /** A screen that is away for a moment, as during a restart, is hit again when it is back. */
  start(key: Key): void {
    this.stop();
    const endsAt = performance.now() + FOR_MS;
    const hit = () => {
      const left = endsAt - performance.now();
      if (left <= 0) return this.stop();
      for (const event of chord([], key)) this.#sink()?.key(event);
      this.#onTick(Math.ceil(left / 1_000));
    };
    this.#timer = setInterval(hit, EVERY_MS);
    hit();
  }

  stop(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#onTick(null);
  }
}
