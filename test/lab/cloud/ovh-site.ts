import { randomBytes } from 'node:crypto';
import express from 'express';
import { OvhAccount } from '../../fakes/ovhcloud/account.ts';
import { OvhApi } from '../../fakes/ovhcloud/ovh-api.ts';
import type { Machine } from '../machine/machine.ts';
import { listen } from './listen.ts';
import type { Device } from './state.ts';

/** The same servers behind OVHcloud's API. */
export interface OvhSite {
  /** What a worker needs to reach it. */
  env: Readonly<Record<string, string>>;
  api: OvhApi;
  account: OvhAccount;
  /** Lets the account have a server; answers with its name there. */
  add(device: Device, machine: Machine): string;
  close(): Promise<void>;
}

export async function startOvhSite(delayMs: number): Promise<OvhSite> {
  const secret = () => randomBytes(16).toString('hex');
  const keys = { applicationKey: secret(), applicationSecret: secret(), consumerKey: secret() };
  const account = new OvhAccount();
  const api = new OvhApi({ account, keys, delayMs, now: Date.now });
  const web = await listen(express().use('/1.0', api.router));
  return {
    env: {
      OVH_URL: `http://127.0.0.1:${web.port}/1.0`,
      OVH_APPLICATION_KEY: keys.applicationKey,
      OVH_APPLICATION_SECRET: keys.applicationSecret,
      OVH_CONSUMER_KEY: keys.consumerKey,
    },
    ...{ api, account },
    add(device, machine) {
      const { address, hostname } = device;
      const name = `ns-${hostname}.ip-${address.replaceAll('.', '-')}.eu`;
      account.addServer({
        ...{ name, displayName: hostname, address, machine },
        authorise(publicKeys) {
          device.rescueKeys = publicKeys;
        },
      });
      return name;
    },
    async close() {
      await api.close();
      await web.close();
    },
  };
}
