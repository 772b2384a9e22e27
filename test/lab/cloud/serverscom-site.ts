import { randomBytes } from 'node:crypto';
import { ScomAccount } from '../../fakes/serverscom/account.ts';
import { ServerscomApi } from '../../fakes/serverscom/serverscom-api.ts';
import { letIn, openSite, type Site } from './site.ts';

export type ServerscomSite = Site<ServerscomApi, ScomAccount>;

/** Behind the API of Servers.com. */
export function startServerscomSite(delayMs: number): Promise<ServerscomSite> {
  const token = randomBytes(16).toString('hex');
  const account = new ScomAccount();
  return openSite({
    account,
    api: new ServerscomApi({ account, token, delayMs }),
    path: '/v1',
    env: (url) => ({ SERVERSCOM_URL: url, SERVERSCOM_TOKEN: token }),
    add({ device, machine }) {
      const { address, hostname: title } = device;
      const id = randomBytes(4).toString('hex');
      account.addServer({ id, title, address, machine, authorise: letIn(device) });
      return id;
    },
  });
}
