import { randomBytes } from 'node:crypto';
import express from 'express';
import { fingerprint, readHostKey } from '../../../core/ssh/host-key.ts';
import { RobotAccount } from '../../fakes/hetzner-robot/account.ts';
import { RobotApi } from '../../fakes/hetzner-robot/robot-api.ts';
import type { Machine } from '../machine/machine.ts';
import { listen } from './listen.ts';
import type { Device } from './state.ts';

/** The same servers behind Hetzner's API: another door to the machines. */
export interface RobotSite {
  url: string;
  user: string;
  password: string;
  api: RobotApi;
  account: RobotAccount;
  /** Lets the account have a server; answers with its number. */
  add(device: Device, given: { machine: Machine; number: number; sshPort: number }): string;
  close(): Promise<void>;
}

/** Server numbers begin here, so that none looks like a small number of ours. */
const FIRST_NUMBER = 2_000_000;
/** An emulated machine that has just come up takes its time to agree on keys. */
const PROBE_MS = 10_000;

export async function startRobotSite(delayMs: number): Promise<RobotSite> {
  const [user, password, now] = ['#ws+lab', randomBytes(16).toString('hex'), () => performance.now()];
  const account = new RobotAccount(now);
  const api = new RobotApi({ account, user, password, delayMs, now });
  const web = await listen(express().use(api.router));
  return {
    ...{ url: `http://127.0.0.1:${web.port}`, user, password, api, account },
    add(device, { machine, number, sshPort }) {
      const { address } = device;
      const order = { number: FIRST_NUMBER + number, name: device.hostname, address, machine };
      account.addServer({
        ...order,
        authorise(publicKeys) {
          device.rescueKeys = publicKeys;
        },
        // A real rescue system reports its key; this one is asked for it, over a network that nobody else is in.
        async hostKeys() {
          if (machine.booted !== 'rescue') return [];
          const key = await readHostKey({ host: address, port: sshPort, timeoutMs: PROBE_MS });
          return key === null ? [] : [fingerprint(key)];
        },
      });
      return String(order.number);
    },
    async close() {
      await api.close();
      await web.close();
    },
  };
}
