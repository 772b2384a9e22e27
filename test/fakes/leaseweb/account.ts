import { randomUUID } from 'node:crypto';
import type { MachinePower } from '../../lab/machine/machine.ts';

/** A server as it was ordered, and the machine behind it. */
export interface LeasewebOrder {
  id: string;
  /** The name that its owner gave it. */
  reference?: string;
  address: string;
  machine: MachinePower;
  /** Whose it is; by default the account's. */
  owner?: 'account' | 'stranger';
  /** Hears which public keys the rescue system of the next boot lets in. */
  authorise?(publicKeys: readonly string[]): void;
}

export type JobStatus = 'ACTIVE' | 'FINISHED' | 'FAILED' | 'EXPIRED';
export type JobType = 'install' | 'rescueMode' | 'hardwareScan' | 'ipmiReset';

export interface LeasewebJob {
  uuid: string;
  type: JobType;
  status: JobStatus;
  /** Milliseconds since 1970. */
  createdAt: number;
  rescueImageId: string;
  publicKeys: string[];
}

export interface LeasewebServer extends Required<Omit<LeasewebOrder, 'reference'>> {
  reference: string | null;
  nullRouted: boolean;
  features: { automation: boolean; powerCycle: boolean };
  jobs: LeasewebJob[];
  /** Users of its rescue systems so far. */
  rescueUsers: string[];
  /** Its rescue comes up, but never reports back: the job goes on. */
  neverReports: boolean;
}

export interface LeasewebImage {
  id: string;
  name: string;
}

/** All that the provider remembers of one account. */
export class LeasewebAccount {
  readonly servers = new Map<string, LeasewebServer>();
  readonly images: LeasewebImage[] = [
    { id: 'FREEBSD', name: 'FreeBSD Rescue Image (amd64)' },
    { id: 'CENTOS_7', name: 'CentOS 7 Linux Rescue Image (amd64)' },
    { id: 'GRML', name: 'GRML Linux Rescue Image (amd64)' },
  ];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  addServer(order: LeasewebOrder): LeasewebServer {
    const server: LeasewebServer = {
      ...{ owner: 'account', authorise: () => undefined },
      ...order,
      ...{ reference: order.reference ?? null, nullRouted: false, features: { automation: true, powerCycle: true } },
      ...{ jobs: [], rescueUsers: [], neverReports: false },
    };
    this.servers.set(order.id, server);
    return server;
  }

  /** Begins a job; the newest comes first. */
  addJob(server: LeasewebServer, type: JobType, wish: { rescueImageId?: string; publicKeys?: string[] } = {}) {
    const { rescueImageId = '', publicKeys = [] } = wish;
    const job: LeasewebJob = {
      uuid: randomUUID(),
      type,
      status: 'ACTIVE',
      createdAt: this.#now(),
      rescueImageId,
      publicKeys,
    };
    server.jobs.unshift(job);
    return job;
  }
}

/** The job that the provider is at. */
export function activeJob({ jobs }: LeasewebServer): LeasewebJob | undefined {
  return jobs.find(({ status }) => status === 'ACTIVE');
}
