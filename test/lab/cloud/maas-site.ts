import { randomBytes } from 'node:crypto';
import { MaasAccount } from '../../fakes/maas/account.ts';
import { MaasApi } from '../../fakes/maas/maas-api.ts';
import { reporting } from './reporting.ts';
import { letIn, openSite, type Site } from './site.ts';

export type MaasSite = Site<MaasApi, MaasAccount>;

/** Behind a MAAS, whose rescue system lets in Ubuntu's own user. It is up when it has reported. */
export function startMaasSite(delayMs: number): Promise<MaasSite> {
  const apiKey = Array.from({ length: 3 }, () => randomBytes(9).toString('hex')).join(':');
  const account = new MaasAccount('xepa');
  return openSite({
    account,
    api: new MaasApi({ account, apiKey, delayMs }),
    path: '/MAAS/api/2.0',
    env: (url) => ({ MAAS_URL: url, MAAS_API_KEY: apiKey }),
    add({ device, machine }) {
      const { address, hostname } = device;
      const id = randomBytes(3).toString('hex');
      account.addMachine({
        ...{ id, hostname, address, machine: reporting(machine), authorise: letIn(device, 'ubuntu') },
      });
      return id;
    },
  });
}
