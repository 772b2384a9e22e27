import { randomBytes } from 'node:crypto';
import express from 'express';
import { LeasewebAccount } from '../../fakes/leaseweb/account.ts';
import { LeasewebApi } from '../../fakes/leaseweb/leaseweb-api.ts';
import type { Machine } from '../machine/machine.ts';
import { listen } from './listen.ts';
import type { Device } from './state.ts';

/** The same servers behind Leaseweb's API. */
export interface LeasewebSite {
  /** What a worker needs to reach it. */
  env: Readonly<Record<string, string>>;
  api: LeasewebApi;
  account: LeasewebAccount;
  /** Lets the account have a server; answers with its number there. */
  add(device: Device, given: { machine: Machine; number: number }): string;
  close(): Promise<void>;
}

/** Server numbers begin here, so that none looks like a small number of ours. */
const FIRST_NUMBER = 60_000;

export async function startLeasewebSite(delayMs: number): Promise<LeasewebSite> {
  const apiKey = randomBytes(16).toString('hex');
  const account = new LeasewebAccount(Date.now);
  const api = new LeasewebApi({ account, apiKey, delayMs });
  const web = await listen(express().use(api.router));
  return {
    env: { LEASEWEB_URL: `http://127.0.0.1:${web.port}`, LEASEWEB_API_KEY: apiKey },
    ...{ api, account },
    add(device, { machine, number }) {
      const { address, hostname: reference } = device;
      const id = String(FIRST_NUMBER + number);
      account.addServer({
        ...{ id, reference, address, machine },
        authorise(publicKeys) {
          device.rescueKeys = publicKeys;
        },
      });
      return id;
    },
    async close() {
      await api.close();
      await web.close();
    },
  };
}
