import { randomBytes } from 'node:crypto';
import type { BootTarget } from '../../lab/machine/spec.ts';
import { bootInto, type DeferredWork } from '../deferred-work.ts';
import type { LatServer } from './account.ts';

const states = {
  rescue: { onTheWay: 'entering_rescue_mode', there: 'rescue_mode' },
  disk: { onTheWay: 'exiting_rescue_mode', there: 'on' },
} as const;

/** Carries out behind the API's answer what a server was asked for. */
export class Restarts {
  readonly #work: DeferredWork;

  constructor(work: DeferredWork) {
    this.#work = work;
  }

  /** Returns at once: the server is on its way. What breaks leaves it where it was. */
  accept(server: LatServer, into: BootTarget): void {
    const before = server.status;
    server.status = states[into].onTheWay;
    this.#work.accept(server.id, async () => {
      server.status = (await boot(server, into)) ? states[into].there : before;
    });
  }

  /** Returns at once. A server in rescue mode stays in it. */
  reboot(server: LatServer): void {
    const into = server.status === 'rescue_mode' ? 'rescue' : 'disk';
    this.#work.accept(server.id, () => boot(server, into));
  }
}

function boot(server: LatServer, into: BootTarget): Promise<boolean> {
  server.rescuePassword = into === 'rescue' ? randomBytes(8).toString('hex') : null;
  server.admit(server.rescuePassword);
  return bootInto(server.machine, into);
}
