import { randomBytes } from 'node:crypto';
import { LeasewebAccount } from '../../fakes/leaseweb/account.ts';
import { LeasewebApi } from '../../fakes/leaseweb/leaseweb-api.ts';
import { letIn, openSite, type Site } from './site.ts';

export type LeasewebSite = Site<LeasewebApi, LeasewebAccount>;

/** Server numbers begin here, so that none looks like a small number of ours. */
const FIRST_NUMBER = 60_000;

/** Behind Leaseweb's API. */
export function startLeasewebSite(delayMs: number): Promise<LeasewebSite> {
  const apiKey = randomBytes(16).toString('hex');
  const account = new LeasewebAccount(Date.now);
  return openSite({
    account,
    api: new LeasewebApi({ account, apiKey, delayMs }),
    env: (url) => ({ LEASEWEB_URL: url, LEASEWEB_API_KEY: apiKey }),
    add({ device, machine, number }) {
      const { address, hostname: reference } = device;
      const id = String(FIRST_NUMBER + number);
      account.addServer({ id, reference, address, machine, authorise: letIn(device) });
      return id;
    },
  });
}
