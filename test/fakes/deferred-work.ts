import { setTimeout as wait } from 'node:timers/promises';
import type { MachinePower } from '../lab/machine/machine.ts';
import type { BootTarget } from '../lab/machine/spec.ts';

/** What a provider does behind its answers: each thing after a while, and for one server one after the other. */
export class DeferredWork {
  readonly #delayMs: number;
  readonly #queues = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();

  /** @param delayMs milliseconds that pass before each thing begins */
  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** Returns at once. */
  accept(serverId: string, work: () => Promise<unknown>): void {
    const before = this.#queues.get(serverId) ?? Promise.resolve();
    this.#queues.set(
      serverId,
      before.then(() => this.#begin(work)),
    );
  }

  /** Waits for all that was asked for. */
  async settled(): Promise<void> {
    await Promise.all(this.#queues.values());
  }

  /** Drops what has not begun and waits for what has. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.settled();
  }

  async #begin(work: () => Promise<unknown>): Promise<void> {
    const stopped = await wait(this.#delayMs, false, { signal: this.#stop.signal }).catch(() => true);
    if (!stopped) await work();
  }
}

/** Answers whether the machine went that way. */
export function bootInto(machine: MachinePower, target: BootTarget): Promise<boolean> {
  return machine.reset(target).then(
    () => true,
    () => false,
  );
}
