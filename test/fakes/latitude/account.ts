import type { MachinePower } from '../../lab/machine/machine.ts';

/** A server as it was ordered, and the machine behind it. */
export interface LatOrder {
  id: string;
  hostname: string | null;
  address: string | null;
  machine: MachinePower;
  tags?: readonly string[];
}

export interface LatServer extends Required<LatOrder> {
  /** An open set. */
  status: string;
  locked: boolean;
  rescueAllowed: boolean;
}

/** All that the provider remembers of one team. */
export class LatAccount {
  readonly servers = new Map<string, LatServer>();

  addServer(order: LatOrder): LatServer {
    const server: LatServer = { tags: [], ...order, status: 'on', locked: false, rescueAllowed: true };
    this.servers.set(server.id, server);
    return server;
  }
}
