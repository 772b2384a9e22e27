import { randomUUID } from 'node:crypto';
import type { MachinePower } from '../../lab/machine/machine.ts';

/** A server as it was ordered, and the machine behind it. */
export interface ScwOrder {
  id: string;
  name: string;
  zone: string;
  address: string;
  machine: MachinePower;
  /** By default the first of the account. */
  projectId?: string;
  tags?: readonly string[];
  /** Hears which public keys the rescue system of the next boot lets in. */
  authorise?(publicKeys: readonly string[]): void;
}

export type ScwStatus =
  | 'delivering'
  | 'ready'
  | 'stopping'
  | 'stopped'
  | 'starting'
  | 'error'
  | 'deleting'
  | 'locked'
  | 'ordered'
  | 'resetting'
  | 'migrating';

export interface ScwServer extends Required<ScwOrder> {
  status: ScwStatus;
  bootType: 'normal' | 'rescue';
  /** Of the provider's own installation of a system; null where there never was one. */
  installStatus: 'to_install' | 'installing' | 'completed' | 'error' | null;
  /** Keys that the next rescue lets in beside the server's own. */
  keyIds: readonly string[];
  hasIpv4: boolean;
}

export interface ScwKey {
  id: string;
  name: string;
  publicKey: string;
  projectId: string;
}

/** All that the provider remembers of one organization. */
export class ScwAccount {
  readonly projectId: string;
  readonly servers = new Map<string, ScwServer>();
  readonly keys = new Map<string, ScwKey>();

  constructor(projectId: string) {
    this.projectId = projectId;
  }

  addServer(order: ScwOrder): ScwServer {
    const server: ScwServer = {
      ...{ projectId: this.projectId, tags: [], authorise: () => undefined },
      ...order,
      ...{ status: 'ready', bootType: 'normal', installStatus: 'completed', keyIds: [], hasIpv4: true },
    };
    this.servers.set(server.id, server);
    return server;
  }

  addKey(key: Omit<ScwKey, 'id'>): ScwKey {
    const added = { id: randomUUID(), ...key };
    this.keys.set(added.id, added);
    return added;
  }
}
