import { setTimeout as wait } from 'node:timers/promises';
import type { ScwAccount, ScwServer } from './account.ts';

/** Carries restarts out behind the API's answer. A server that is on its way takes no other one. */
export class Restarts {
  readonly #account: ScwAccount;
  readonly #delayMs: number;
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(account: ScwAccount, delayMs: number) {
    this.#account = account;
    this.#delayMs = delayMs;
  }

  /** Returns at once. */
  accept(server: ScwServer): void {
    const restart = this.#restart(server);
    this.#running.add(restart);
    void restart.finally(() => this.#running.delete(restart));
  }

  /** Waits for all that was asked for. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Drops what has not begun and waits for what has. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.settled();
  }

  async #restart(server: ScwServer): Promise<void> {
    const stopped = await wait(this.#delayMs, false, { signal: this.#stop.signal }).catch(() => true);
    if (stopped) return;
    const rescue = server.bootType === 'rescue';
    const keys = server.keyIds.flatMap((id) => this.#account.keys.get(id)?.publicKey ?? []);
    server.authorise(rescue ? keys : []);
    server.status = await server.machine.reset(rescue ? 'rescue' : 'disk').then(
      () => 'ready' as const,
      () => 'error' as const,
    );
  }
}
