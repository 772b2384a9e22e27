import { setTimeout as wait } from 'node:timers/promises';
import type { OvhAccount, OvhServer, OvhTask } from './account.ts';

/** Carries reboots out behind the API's answer, one after another per server. What is booted is decided at the boot. */
export class Restarts {
  readonly #account: OvhAccount;
  readonly #delayMs: number;
  readonly #queues = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();

  constructor(account: OvhAccount, delayMs: number) {
    this.#account = account;
    this.#delayMs = delayMs;
  }

  /** Returns at once. */
  accept(server: OvhServer, task: OvhTask): void {
    const before = this.#queues.get(server.name) ?? Promise.resolve();
    this.#queues.set(
      server.name,
      before.then(() => this.#restart(server, task)),
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

  async #restart(server: OvhServer, task: OvhTask): Promise<void> {
    const stopped = await wait(this.#delayMs, false, { signal: this.#stop.signal }).catch(() => true);
    if (stopped) return;
    if (server.failsToRestart) {
      task.status = 'ovhError';
      return;
    }
    task.status = 'doing';
    const rescue = this.#account.bootOf(server)?.bootType === 'rescue';
    server.authorise(rescue && server.settings.rescueSshKey !== null ? [server.settings.rescueSshKey] : []);
    const broken = await server.machine.reset(rescue ? 'rescue' : 'disk').then(
      () => false,
      () => true,
    );
    task.status = broken ? 'ovhError' : 'done';
  }
}
