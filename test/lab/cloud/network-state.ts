import { randomUUID } from 'node:crypto';

/** A network port at the provider's switch. */
export interface LabPort {
  readonly id: string;
  readonly name: string;
  readonly mac: string;
  /** It belongs to a bond, in or out of it. */
  readonly hasBond: boolean;
  bonded: boolean;
  /** Whether the provider lets it leave its bond. */
  separable: boolean;
  /** Ids of VLANs. */
  readonly vlans: Set<string>;
}

export interface LabVlan {
  id: string;
  vxlan: number;
  metro: string;
  description: string;
}

export interface LabBlock {
  id: string;
  metro: string;
  details: string;
  quantity: number;
  network: string;
}

export interface LabGateway {
  id: string;
  vlan: string;
  block: string;
  /** Deleting takes the switches a moment: for so many more reads it is still in the list. */
  state: 'ready' | 'deleting';
  readsLeft: number;
}

const FIRST_VXLAN = 1000;
/** Addresses for documentation (RFC 5737). */
const BLOCKS = '203.0.113.';

export function labPort(mac: string, name: string, bonded: boolean): LabPort {
  return { id: randomUUID(), name, mac, hasBond: bonded, bonded, separable: true, vlans: new Set() };
}

/** VLANs, blocks of addresses and gateways of one project. */
export class NetworkState {
  readonly vlans = new Map<string, LabVlan>();
  readonly blocks = new Map<string, LabBlock>();
  readonly gateways = new Map<string, LabGateway>();
  /** The next block would have to be approved by somebody first. */
  overQuota = false;

  addVlan(order: { metro: string; description: string }): LabVlan {
    const taken = new Set([...this.vlans.values()].map(({ vxlan }) => vxlan));
    let vxlan = FIRST_VXLAN;
    while (taken.has(vxlan)) vxlan += 1;
    const vlan = { id: randomUUID(), vxlan, ...order };
    this.vlans.set(vlan.id, vlan);
    return vlan;
  }

  addBlock(order: { metro: string; details: string; quantity: number }): LabBlock {
    const taken = new Set([...this.blocks.values()].map(({ network }) => network));
    let start = 0;
    while (taken.has(`${BLOCKS}${start}`)) start += order.quantity;
    const block = { id: randomUUID(), network: `${BLOCKS}${start}`, ...order };
    this.blocks.set(block.id, block);
    return block;
  }

  addGateway({ vlan, block }: { vlan: string; block: string }): LabGateway {
    const gateway: LabGateway = { id: randomUUID(), vlan, block, state: 'ready', readsLeft: 0 };
    this.gateways.set(gateway.id, gateway);
    return gateway;
  }

  /** As a read of the list sees them; what is being deleted goes away by and by. */
  seenGateways(): LabGateway[] {
    const seen = [...this.gateways.values()].map((gateway) => ({ ...gateway }));
    for (const gateway of this.gateways.values()) {
      if (gateway.state !== 'deleting') continue;
      gateway.readsLeft -= 1;
      if (gateway.readsLeft <= 0) this.gateways.delete(gateway.id);
    }
    return seen;
  }

  /** What is there, in words that can be compared. */
  left(): string[] {
    return [
      ...[...this.vlans.values()].map(({ description }) => `vlan ${description}`),
      ...[...this.blocks.values()].map(({ details }) => `addresses ${details}`),
      ...[...this.gateways.values()].map(({ state }) => `gateway ${state}`),
    ];
  }
}
