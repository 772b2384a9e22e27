import { md5Fingerprint } from '../../../worker/providers/published-key.ts';
import type { MachinePower } from '../../lab/machine/machine.ts';

/** A server as it was ordered, and the machine behind it. */
export interface RobotOrder {
  number: number;
  name: string;
  address: string;
  machine: MachinePower;
  /** Ways to reset it; by default what a usual model has. */
  resets?: readonly string[];
  /** Whose it is; by default the account's. */
  owner?: 'account' | 'stranger';
  /** Hears which public keys the rescue system of the next boot lets in. */
  authorise?(publicKeys: readonly string[]): void;
  /** Fingerprints of the rescue system's host keys; none while it is not up. */
  hostKeys(): Promise<readonly string[]>;
}

export interface RobotKey {
  name: string;
  fingerprint: string;
  data: string;
}

/** A rescue system that was ordered for the next boot. */
export interface Activation {
  os: string;
  authorized: readonly RobotKey[];
  /** Null where a key lets people in. */
  password: string | null;
  at: number;
  /** Has a boot used it? */
  used: boolean;
  hostKeys: readonly string[];
}

export interface RobotServer extends Required<Omit<RobotOrder, 'authorise'>> {
  authorise(publicKeys: readonly string[]): void;
  status: 'ready' | 'in process';
  rescueOffered: boolean;
  /** The newest activation, used or not. */
  last: Activation | null;
  /** Does it wait for a boot? */
  armed: boolean;
  /** Another boot configuration that is active, by its name in the API. */
  otherBoot: 'linux' | 'vnc' | 'windows' | null;
  manualReset: boolean;
}

const ACTIVATION_MS = 3_600_000;

/** All that the provider remembers of one account. */
export class RobotAccount {
  readonly servers = new Map<number, RobotServer>();
  readonly keys = new Map<string, RobotKey>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  addServer(order: RobotOrder): RobotServer {
    const server: RobotServer = {
      ...{ resets: ['sw', 'hw', 'man'], owner: 'account', authorise: () => undefined },
      ...order,
      ...{ status: 'ready', rescueOffered: true, last: null, armed: false, otherBoot: null, manualReset: false },
    };
    this.servers.set(order.number, server);
    return server;
  }

  addKey(name: string, data: string): RobotKey | 'exists' {
    const fingerprint = md5Fingerprint(data);
    if (this.keys.has(fingerprint)) return 'exists';
    const key = { name, fingerprint, data: data.trim() };
    this.keys.set(fingerprint, key);
    return key;
  }

  arm(server: RobotServer, os: string, authorized: readonly RobotKey[]): void {
    const password = authorized.length > 0 ? null : 'jEt0dtUvomlyOwRr';
    server.last = { os, authorized, password, at: this.#now(), used: false, hostKeys: [] };
    server.armed = true;
  }

  /** The activation that the next boot will use: one that nobody used lapses after an hour. */
  activation(server: RobotServer): Activation | null {
    if (!server.armed || server.last === null) return null;
    return this.#now() - server.last.at < ACTIVATION_MS ? server.last : null;
  }
}
