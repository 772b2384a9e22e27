import { bootInto, type DeferredWork } from '../deferred-work.ts';
import { RESCUE, type ScomAccount, type ScomServer } from './account.ts';

/** Carries out behind the API's answer what a server was asked for. */
export class Restarts {
  readonly #account: ScomAccount;
  readonly #work: DeferredWork;

  constructor(account: ScomAccount, work: DeferredWork) {
    this.#account = account;
    this.#work = work;
  }

  /** Returns at once: the rescue mode is on its way on, or off. What breaks on the way leaves it where it was. */
  switchRescue(server: ScomServer, on: boolean): void {
    const [here, there] = on ? (['deactivated', 'activated'] as const) : (['activated', 'deactivated'] as const);
    server.features[RESCUE] = on ? 'activation' : 'deactivation';
    server.operationalStatus = on ? 'entering_rescue_mode' : 'exiting_rescue_mode';
    this.#work.accept(server.id, async () => {
      server.features[RESCUE] = (await this.#restart(server, on)) ? there : here;
      server.operationalStatus = server.features[RESCUE] === 'activated' ? 'rescue_mode' : 'normal';
    });
  }

  /** Returns at once. While the rescue mode is on, a start leads there. */
  cycle(server: ScomServer): void {
    server.powerStatus = 'power_cycling';
    const rescue = server.features[RESCUE] === 'activated';
    this.#work.accept(server.id, async () => {
      server.powerStatus = (await this.#restart(server, rescue)) ? 'powered_on' : 'unknown';
    });
  }

  #restart(server: ScomServer, rescue: boolean): Promise<boolean> {
    const keys = server.fingerprints.flatMap((fingerprint) => this.#account.keys.get(fingerprint)?.publicKey ?? []);
    server.authorise(rescue ? keys : []);
    return bootInto(server.machine, rescue ? 'rescue' : 'disk');
  }
}
