import type { MachinePower } from '../../lab/machine/machine.ts';

/** A server as it was ordered, and the machine behind it. */
export interface OvhOrder {
  /** The provider's name of it, as in `ns1234567.ip-192-0-2.eu`. */
  name: string;
  displayName?: string;
  address: string;
  machine: MachinePower;
  tags?: Readonly<Record<string, string>>;
  /** Whose it is; by default the account's. */
  owner?: 'account' | 'stranger';
  /** Hears which public key the rescue system of the next boot lets in. */
  authorise?(publicKeys: readonly string[]): void;
}

/** What a customer may set of a server. */
export interface OvhSettings {
  bootId: number | null;
  bootScript: string | null;
  efiBootloaderPath: string | null;
  rescueSshKey: string | null;
  rescueMail: string | null;
  monitoring: boolean;
  noIntervention: boolean;
  rootDevice: string | null;
}

export type TaskStatus = 'init' | 'todo' | 'doing' | 'done' | 'cancelled' | 'customerError' | 'ovhError';

export interface OvhTask {
  taskId: number;
  function: string;
  status: TaskStatus;
}

export interface OvhBoot {
  bootId: number;
  bootType: 'harddisk' | 'rescue' | 'network' | 'power' | 'internal';
  kernel: string;
  description: string;
}

export interface OvhServer extends Required<Omit<OvhOrder, 'displayName'>> {
  displayName: string | null;
  serverId: number;
  settings: OvhSettings;
  state: 'ok' | 'error' | 'hacked' | 'hackedBlocked';
  /** What it can be made to boot. */
  boots: readonly OvhBoot[];
  tasks: OvhTask[];
  /** The next restart comes to nothing. */
  failsToRestart: boolean;
}

/** Numbers as the provider gives them away: small for the disk, larger ones later. */
export const boots: readonly OvhBoot[] = [
  { bootId: 1, bootType: 'harddisk', kernel: 'hd', description: 'Boot from hard drive (no netboot)' },
  { bootId: 22, bootType: 'rescue', kernel: 'WinPE', description: 'Windows rescue system (WinPE)' },
  { bootId: 1122, bootType: 'rescue', kernel: 'rescue-customer', description: 'Customer rescue system (Linux)' },
  { bootId: 3, bootType: 'power', kernel: 'poweroff', description: 'Power off' },
  { bootId: 7, bootType: 'network', kernel: 'ipxe', description: 'iPXE shell' },
];

/** All that the provider remembers of one account. */
export class OvhAccount {
  readonly servers = new Map<string, OvhServer>();
  #nextTask = 510_000_000;

  addServer(order: OvhOrder): OvhServer {
    const server: OvhServer = {
      ...{ tags: {}, owner: 'account', authorise: () => undefined },
      ...order,
      ...{ displayName: order.displayName ?? null, serverId: 1_000 + this.servers.size, state: 'ok', boots },
      settings: {
        ...{ bootId: 1, bootScript: null, efiBootloaderPath: null, rescueSshKey: null, rescueMail: null },
        ...{ monitoring: true, noIntervention: false, rootDevice: null },
      },
      ...{ tasks: [], failsToRestart: false },
    };
    this.servers.set(order.name, server);
    return server;
  }

  addTask(server: OvhServer, name: string, status: TaskStatus = 'todo'): OvhTask {
    this.#nextTask += 1;
    const task: OvhTask = { taskId: this.#nextTask, function: name, status };
    server.tasks.push(task);
    return task;
  }

  /** What the next boot of the server leads to. */
  bootOf({ settings, boots: offered }: OvhServer): OvhBoot | undefined {
    return offered.find(({ bootId }) => bootId === settings.bootId);
  }
}
