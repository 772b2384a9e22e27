import type { Stall } from './words.ts';

const EVERY_MS = 1_000;
const STALLED_MS = 3_000;

/** How the line is: the last round trip in milliseconds, or who it waits for. */
export interface Pulse {
  stalled: Stall | null;
  tripMs: number | null;
}

/** Measures the round trip to the server with our own small message, because browsers show no ping frames. */
export class Heartbeat {
  readonly #ping: () => void;
  readonly #tell: (pulse: Pulse) => void;
  readonly #timer: number;
  #sentAt: number | null = null;
  #tripMs: number | null = null;

  constructor(ping: () => void, tell: (pulse: Pulse) => void) {
    this.#ping = ping;
    this.#tell = tell;
    this.#timer = window.setInterval(() => this.#beat(), EVERY_MS);
    this.#beat();
  }

  answered(silent: boolean): void {
    if (this.#sentAt !== null) this.#tripMs = Math.max(1, Math.round(performance.now() - this.#sentAt));
    this.#sentAt = null;
    this.#tell({ stalled: silent ? 'server' : null, tripMs: this.#tripMs });
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Asks again even when an answer is owed: the server skips answers while a browser reads too slowly. */
  #beat(): void {
    const now = performance.now();
    this.#ping();
    if (this.#sentAt === null) this.#sentAt = now;
    else if (now - this.#sentAt > STALLED_MS) this.#tell({ stalled: 'network', tripMs: null });
  }
}
