import { md5Fingerprint } from '../../../worker/providers/published-key.ts';
import type { MachinePower } from '../../lab/machine/machine.ts';

/** A server as it was ordered, and the machine behind it. */
export interface ScomOrder {
  id: string;
  title: string;
  address: string | null;
  machine: MachinePower;
  labels?: Readonly<Record<string, string>>;
  /** Hears which public keys the rescue system of the next boot lets in. */
  authorise?(publicKeys: readonly string[]): void;
}

export type FeatureStatus =
  | 'activation'
  | 'activated'
  | 'deactivation'
  | 'deactivated'
  | 'incompatible'
  | 'unavailable';

export interface ScomServer extends Required<ScomOrder> {
  status: 'init' | 'pending' | 'active';
  operationalStatus:
    | 'normal'
    | 'provisioning'
    | 'installation'
    | 'entering_rescue_mode'
    | 'rescue_mode'
    | 'exiting_rescue_mode'
    | 'maintenance';
  powerStatus: 'unknown' | 'powering_on' | 'powered_on' | 'powering_off' | 'powered_off' | 'power_cycling';
  /** By name. */
  features: Record<string, FeatureStatus>;
  /** Fingerprints of the keys that its rescue lets in. */
  fingerprints: readonly string[];
}

export interface ScomKey {
  name: string;
  publicKey: string;
  fingerprint: string;
}

export const RESCUE = 'host_rescue_mode';

/** All that the provider remembers of one account. */
export class ScomAccount {
  readonly servers = new Map<string, ScomServer>();
  /** By fingerprint. */
  readonly keys = new Map<string, ScomKey>();

  addServer(order: ScomOrder): ScomServer {
    const server: ScomServer = {
      ...{ labels: {}, authorise: () => undefined },
      ...order,
      ...{ status: 'active', operationalStatus: 'normal', powerStatus: 'powered_on', fingerprints: [] },
      features: {
        ...{ disaggregated_public_ports: 'deactivated', no_public_ip_address: 'deactivated' },
        ...{ no_public_network: 'deactivated', [RESCUE]: 'deactivated', private_ipxe_boot: 'deactivated' },
      },
    };
    this.servers.set(server.id, server);
    return server;
  }

  addKey(name: string, publicKey: string): ScomKey {
    const key = { name, publicKey, fingerprint: md5Fingerprint(publicKey) };
    this.keys.set(key.fingerprint, key);
    return key;
  }
}
