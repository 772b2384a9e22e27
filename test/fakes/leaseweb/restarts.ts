import { setTimeout as wait } from 'node:timers/promises';
import { activeJob, type LeasewebJob, type LeasewebServer } from './account.ts';

/** Carries restarts out behind the API's answer, one after another per server. What is booted is decided at the boot. */
export class Restarts {
  readonly #delayMs: number;
  readonly #queues = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** Returns at once. `job`: what the restart is a part of. */
  accept(server: LeasewebServer, job: LeasewebJob | null): void {
    const before = this.#queues.get(server.id) ?? Promise.resolve();
    this.#queues.set(
      server.id,
      before.then(() => this.#restart(server, job)),
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

  async #restart(server: LeasewebServer, job: LeasewebJob | null): Promise<void> {
    const stopped = await wait(this.#delayMs, false, { signal: this.#stop.signal }).catch(() => true);
    // A job that was closed before its restart makes none.
    if (stopped || (job !== null && job.status !== 'ACTIVE')) return;
    // While a launch into rescue goes on, every boot leads there.
    const active = activeJob(server);
    const launch = active?.type === 'rescueMode' ? active : null;
    server.authorise(launch?.publicKeys ?? []);
    if (launch && !server.rescueUsers.includes('root')) server.rescueUsers.push('root');
    const broken = await server.machine.reset(launch ? 'rescue' : 'disk').then(
      () => false,
      () => true,
    );
    if (job !== null && !server.neverReports) job.status = broken ? 'FAILED' : 'FINISHED';
  }
}
