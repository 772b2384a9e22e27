import { setTimeout as wait } from 'node:timers/promises';
import type { LatServer } from './account.ts';

type Into = 'rescue' | 'disk';

const states = {
  rescue: { onTheWay: 'entering_rescue_mode', there: 'rescue_mode' },
  disk: { onTheWay: 'exiting_rescue_mode', there: 'on' },
} as const;

/** Carries out behind the API's answer what a server was asked for. */
export class Restarts {
  readonly #delayMs: number;
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** Returns at once: the server is on its way. What breaks leaves it where it was. */
  accept(server: LatServer, into: Into): void {
    const before = server.status;
    server.status = states[into].onTheWay;
    this.#run(server, into, (went) => {
      server.status = went ? states[into].there : before;
    });
  }

  /** Returns at once. A server in rescue mode stays in it. */
  reboot(server: LatServer): void {
    this.#run(server, server.status === 'rescue_mode' ? 'rescue' : 'disk', () => undefined);
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

  #run(server: LatServer, into: Into, ended: (went: boolean) => void): void {
    const restart = this.#restart(server, into, ended);
    this.#running.add(restart);
    void restart.finally(() => this.#running.delete(restart));
  }

  async #restart(server: LatServer, into: Into, ended: (went: boolean) => void): Promise<void> {
    const stopped = await wait(this.#delayMs, false, { signal: this.#stop.signal }).catch(() => true);
    if (stopped) return;
    const went = await server.machine.reset(into).then(
      () => true,
      () => false,
    );
    ended(went);
  }
}
