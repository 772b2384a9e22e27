import type { MachinePower } from '../../lab/machine/machine.ts';

/** A machine as it was enlisted, and what stands behind it. */
export interface MaasOrder {
  id: string;
  hostname: string;
  address: string;
  machine: MachinePower;
  tags?: readonly string[];
  /** Whether the user of the API key may see it; by default it may. */
  visible?: boolean;
  /** Hears which public keys the rescue system of the next boot lets in. */
  authorise?(publicKeys: readonly string[]): void;
}

/** MAAS's own numbers. */
export const statusNames = new Map([
  [1, 'Commissioning'],
  [4, 'Ready'],
  [6, 'Deployed'],
  [8, 'Broken'],
  [9, 'Deploying'],
  [16, 'Rescue mode'],
  [17, 'Entering rescue mode'],
  [18, 'Failed to enter rescue mode'],
  [19, 'Exiting rescue mode'],
  [20, 'Failed to exit rescue mode'],
]);

export interface MaasMachine extends Required<MaasOrder> {
  status: number;
  /** What it goes back to from rescue mode. */
  previousStatus: number;
  owner: string;
  powerType: string;
  /** MAAS cannot ask its power controller. */
  powerUnknown: boolean;
  locked: boolean;
  ephemeral: boolean;
  hasAddress: boolean;
}

export interface MaasSshKey {
  id: number;
  key: string;
  user: string;
}

/** All that one MAAS remembers. `user` is whose API key is used. */
export class MaasAccount {
  readonly user: string;
  readonly machines = new Map<string, MaasMachine>();
  readonly keys = new Map<number, MaasSshKey>();
  #lastKey = 0;

  constructor(user: string) {
    this.user = user;
  }

  addMachine(order: MaasOrder): MaasMachine {
    const machine: MaasMachine = {
      ...{ tags: [], visible: true, authorise: () => undefined },
      ...order,
      ...{ status: 6, previousStatus: 6, owner: 'alice', powerType: 'ipmi', powerUnknown: false },
      ...{ locked: false, ephemeral: false, hasAddress: true },
    };
    this.machines.set(order.id, machine);
    return machine;
  }

  addKey(key: string, user = this.user): MaasSshKey {
    this.#lastKey += 1;
    const added = { id: this.#lastKey, key, user };
    this.keys.set(added.id, added);
    return added;
  }

  keysOf(user: string): MaasSshKey[] {
    return [...this.keys.values()].filter((key) => key.user === user);
  }
}
