import { randomBytes, randomUUID } from 'node:crypto';
import express from 'express';
import { ScwAccount } from '../../fakes/scaleway/account.ts';
import { ScalewayApi } from '../../fakes/scaleway/scaleway-api.ts';
import type { Machine } from '../machine/machine.ts';
import { listen } from './listen.ts';
import type { Device } from './state.ts';

/** The same servers behind Scaleway's APIs, whose rescue system lets in a user who is root by sudo. */
export interface ScalewaySite {
  /** What a worker needs to reach it. */
  env: Readonly<Record<string, string>>;
  api: ScalewayApi;
  account: ScwAccount;
  /** Lets the project have a server; answers with its id there. */
  add(device: Device, machine: Machine): string;
  close(): Promise<void>;
}

const ZONE = 'fr-par-2';

export async function startScalewaySite(delayMs: number): Promise<ScalewaySite> {
  const [secretKey, projectId] = [randomBytes(16).toString('hex'), randomUUID()];
  const account = new ScwAccount(projectId);
  const api = new ScalewayApi({ account, secretKey, delayMs });
  const web = await listen(express().use(api.router));
  return {
    env: {
      SCALEWAY_URL: `http://127.0.0.1:${web.port}`,
      SCALEWAY_SECRET_KEY: secretKey,
      SCALEWAY_PROJECT: projectId,
      SCALEWAY_ZONES: ZONE,
    },
    ...{ api, account },
    add(device, machine) {
      const { id, hostname: name, address } = device;
      account.addServer({
        ...{ id, name, zone: ZONE, address, machine },
        authorise(publicKeys) {
          device.rescueKeys = publicKeys;
          device.rescueUser = publicKeys.length > 0 ? 'rescue' : 'root';
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
