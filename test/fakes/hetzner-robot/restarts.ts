import { setTimeout as wait } from 'node:timers/promises';
import type { RobotAccount, RobotServer } from './account.ts';

/** Carries resets out behind the API's answer, one after another per server. What is booted is decided at the boot. */
export class Restarts {
  readonly #account: RobotAccount;
  readonly #delayMs: number;
  readonly #queues = new Map<number, Promise<void>>();
  readonly #stop = new AbortController();

  constructor(account: RobotAccount, delayMs: number) {
    this.#account = account;
    this.#delayMs = delayMs;
  }

  /** Returns at once. */
  accept(server: RobotServer): void {
    const before = this.#queues.get(server.number) ?? Promise.resolve();
    this.#queues.set(
      server.number,
      before.then(() => this.#restart(server)),
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

  async #restart(server: RobotServer): Promise<void> {
    const stopped = await wait(this.#delayMs, false, { signal: this.#stop.signal }).catch(() => true);
    if (stopped) return;
    const activation = this.#account.activation(server);
    server.armed = false;
    server.authorise(activation?.authorized.map(({ data }) => data) ?? []);
    // A machine that breaks stays off; nothing in this API tells.
    await server.machine.reset(activation ? 'rescue' : 'disk').catch(() => undefined);
    // From now on its host keys can be published: those of the boot before are gone.
    if (activation) activation.used = true;
  }
}
