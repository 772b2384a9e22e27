import type { MachinePower } from '../../lab/machine/machine.ts';

/** A server as it was ordered, and the machine behind it. */
export interface LatOrder {
  id: string;
  hostname: string | null;
  address: string | null;
  machine: MachinePower;
  tags?: readonly string[];
  /** Hears the password that lets root into the rescue system of the next boot; null where that is none. */
  admit?(password: string | null): void;
}

export interface LatServer extends Required<LatOrder> {
  /** An open set. */
  status: string;
  locked: boolean;
  rescueAllowed: boolean;
  /** On the server's page in the dashboard, while it is in rescue; the API does not tell it. */
  rescuePassword: string | null;
}

/** All that the provider remembers of one team. */
export class LatAccount {
  readonly servers = new Map<string, LatServer>();

  addServer(order: LatOrder): LatServer {
    const server: LatServer = {
      ...{ tags: [], admit: () => undefined },
      ...order,
      ...{ status: 'on', locked: false, rescueAllowed: true, rescuePassword: null },
    };
    this.servers.set(server.id, server);
    return server;
  }
}
