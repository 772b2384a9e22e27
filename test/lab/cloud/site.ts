import express from 'express';
import type { FakeApi } from '../../fakes/fake-api.ts';
import type { Machine } from '../machine/machine.ts';
import { listen } from './listen.ts';
import type { Device } from './state.ts';

/** A server of the lab as a provider gets it. */
export interface SiteOrder {
  device: Device;
  machine: Machine;
  /** Makes ids at providers that number their servers. */
  number: number;
  sshPort: number;
}

/** The lab's servers behind the API of one more provider: another door to the same machines. */
export interface Site<Api extends FakeApi, Account> {
  /** What a worker needs to reach it. */
  readonly env: Readonly<Record<string, string>>;
  readonly api: Api;
  readonly account: Account;
  /** Lets the account have a server; answers with its id there. */
  add(order: SiteOrder): string;
  close(): Promise<void>;
}

interface SiteParts<Api extends FakeApi, Account> extends Pick<Site<Api, Account>, 'api' | 'account' | 'add'> {
  /** Below which the API answers; default: the root. */
  path?: string;
  /** @param url of the API, with its path */
  env(url: string): Readonly<Record<string, string>>;
}

/** Opens it on a free port of loopback. */
export async function openSite<Api extends FakeApi, Account>(
  parts: SiteParts<Api, Account>,
): Promise<Site<Api, Account>> {
  const { api, account, add, path = '' } = parts;
  const web = await listen(express().use(path || '/', api.router));
  return {
    ...{ api, account, add, env: parts.env(`http://127.0.0.1:${web.port}${path}`) },
    async close() {
      await api.close();
      await web.close();
    },
  };
}

/** Hears which keys the next boot lets in, and lets them in as this user. */
export function letIn(device: Device, user: Device['rescueUser'] = 'root') {
  return (publicKeys: readonly string[]): void => {
    device.rescueKeys = publicKeys;
    device.rescueUser = publicKeys.length > 0 ? user : 'root';
  };
}
