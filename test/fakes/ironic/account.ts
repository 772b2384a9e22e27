import type { MachinePower } from '../../lab/machine/machine.ts';

/** A node as it was enrolled, and what stands behind it. */
export interface IronicOrder {
  uuid: string;
  name: string | null;
  machine: MachinePower;
  /** Noted by whoever runs it. */
  extra?: Record<string, unknown>;
  traits?: readonly string[];
  /** Whether we may see it; by default we may. */
  visible?: boolean;
  /** Hears which public keys the next boot lets in. */
  authorise?(publicKeys: readonly string[]): void;
  /** Hears what the kernel of the next boot from the network is told; empty where that is none. */
  tellKernel?(parameters: string): void;
}

export interface IronicNode extends Required<IronicOrder> {
  state: string;
  /** Where it is on its way to; null while it rests. */
  target: string | null;
  updatedAt: string;
  driverInfo: Record<string, unknown>;
  instanceInfo: Record<string, unknown>;
  maintenance: boolean;
  powerUnknown: boolean;
  rescueInterface: string;
  deployInterface: string;
  /** Its rescue system boots and never reports. */
  neverReports: boolean;
  /** Passwords that the user `rescue` was given. */
  passwords: string[];
}

/** All that one Ironic remembers. */
export class IronicAccount {
  readonly nodes = new Map<string, IronicNode>();
  #seconds = 0;

  addNode(order: IronicOrder): IronicNode {
    const node: IronicNode = {
      ...{ extra: {}, traits: [], visible: true, authorise: () => undefined, tellKernel: () => undefined },
      ...order,
      ...{ state: 'active', target: null, updatedAt: this.#now(), driverInfo: {}, instanceInfo: {} },
      ...{ maintenance: false, powerUnknown: false, rescueInterface: 'agent', deployInterface: 'direct' },
      ...{ neverReports: false, passwords: [] },
    };
    this.nodes.set(order.uuid, node);
    return node;
  }

  /** Each change of state has a time of its own. */
  moves(node: IronicNode, state: string, target: string | null): void {
    Object.assign(node, { state, target, updatedAt: this.#now() });
  }

  #now(): string {
    this.#seconds += 1;
    return new Date(Date.UTC(2026, 10, 2) + this.#seconds * 1_000).toISOString().replace('Z', '+00:00');
  }
}
