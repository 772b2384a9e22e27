import type { DeferredWork } from '../deferred-work.ts';
import { Refused } from '../refused.ts';
import { type MaasAccount, type MaasMachine, statusNames } from './account.ts';

const [READY, DEPLOYED, BROKEN] = [4, 6, 8];
const [RESCUE, ENTERING, FAILED_ENTERING, EXITING, FAILED_EXITING] = [16, 17, 18, 19, 20];
const mayEnter = [READY, DEPLOYED, BROKEN, FAILED_ENTERING];
const mayExit = [RESCUE, ENTERING, FAILED_ENTERING, FAILED_EXITING];

/** Carries operations out behind the API's answer. */
export class Operations {
  readonly #account: MaasAccount;
  readonly #work: DeferredWork;

  constructor(account: MaasAccount, work: DeferredWork) {
    this.#account = account;
    this.#work = work;
  }

  /** Each returns at once, or refuses. */
  readonly all: Record<string, (machine: MaasMachine) => void> = {
    rescue_mode: (machine) => {
      mustBeOneOf(mayEnter, machine, ENTERING);
      if (machine.status !== FAILED_ENTERING) machine.previousStatus = machine.status;
      // Whoever asks for it becomes its owner.
      Object.assign(machine, { status: ENTERING, owner: this.#account.user });
      this.#work.accept(machine.id, async () => {
        const done = await this.#boots(machine, 'reset', 'rescue');
        if (machine.status === ENTERING) machine.status = done ? RESCUE : FAILED_ENTERING;
      });
    },
    exit_rescue_mode: (machine) => {
      mustBeOneOf(mayExit, machine, EXITING);
      machine.status = EXITING;
      this.#work.accept(machine.id, async () => {
        const toDisk = machine.previousStatus === DEPLOYED;
        const done = toDisk ? await this.#boots(machine, 'reset', 'disk') : await this.#goesOff(machine);
        machine.status = done ? machine.previousStatus : FAILED_EXITING;
      });
    },
    power_off: (machine) => this.#work.accept(machine.id, () => this.#goesOff(machine)),
    power_on: (machine) =>
      this.#work.accept(machine.id, async () => {
        if (machine.machine.power === 'off') await this.#boots(machine, 'powerOn', this.#target(machine));
      }),
  };

  #target({ status }: MaasMachine): 'rescue' | 'disk' {
    return status === RESCUE || status === ENTERING ? 'rescue' : 'disk';
  }

  async #boots(machine: MaasMachine, how: 'reset' | 'powerOn', target: 'rescue' | 'disk'): Promise<boolean> {
    const keys = target === 'rescue' ? this.#account.keysOf(machine.owner).map(({ key }) => key) : [];
    machine.authorise(keys);
    return await machine.machine[how](target).then(
      () => true,
      () => false,
    );
  }

  async #goesOff({ machine }: MaasMachine): Promise<boolean> {
    await machine.powerOff();
    return true;
  }
}

function mustBeOneOf(allowed: readonly number[], { status, locked }: MaasMachine, next: number): void {
  if (locked) throw new Refused(409, 'Machine is locked');
  if (allowed.includes(status)) return;
  throw new Refused(409, `Invalid transition: ${statusNames.get(status)} -> ${statusNames.get(next)}.`);
}
