import { setTimeout as wait } from 'node:timers/promises';
import { RESCUE, type ScomAccount, type ScomServer } from './account.ts';

/** Carries out behind the API's answer what a server was asked for. */
export class Restarts {
  readonly #account: ScomAccount;
  readonly #delayMs: number;
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(account: ScomAccount, delayMs: number) {
    this.#account = account;
    this.#delayMs = delayMs;
  }

  /** Returns at once: the rescue mode is on its way on, or off. What breaks on the way leaves it where it was. */
  switchRescue(server: ScomServer, on: boolean): void {
    const [here, there] = on ? (['deactivated', 'activated'] as const) : (['activated', 'deactivated'] as const);
    server.features[RESCUE] = on ? 'activation' : 'deactivation';
    server.operationalStatus = on ? 'entering_rescue_mode' : 'exiting_rescue_mode';
    this.#accept(server, on, (went) => {
      server.features[RESCUE] = went ? there : here;
      server.operationalStatus = server.features[RESCUE] === 'activated' ? 'rescue_mode' : 'normal';
    });
  }

  /** Returns at once. While the rescue mode is on, a start leads there. */
  cycle(server: ScomServer): void {
    server.powerStatus = 'power_cycling';
    this.#accept(server, server.features[RESCUE] === 'activated', (went) => {
      server.powerStatus = went ? 'powered_on' : 'unknown';
    });
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

  #accept(server: ScomServer, rescue: boolean, ended: (went: boolean) => void): void {
    const restart = this.#restart(server, rescue, ended);
    this.#running.add(restart);
    void restart.finally(() => this.#running.delete(restart));
  }

  async #restart(server: ScomServer, rescue: boolean, ended: (went: boolean) => void): Promise<void> {
    const stopped = await wait(this.#delayMs, false, { signal: this.#stop.signal }).catch(() => true);
    if (stopped) return;
    const keys = server.fingerprints.flatMap((fingerprint) => this.#account.keys.get(fingerprint)?.publicKey ?? []);
    server.authorise(rescue ? keys : []);
    const went = await server.machine.reset(rescue ? 'rescue' : 'disk').then(
      () => true,
      () => false,
    );
    ended(went);
  }
}
