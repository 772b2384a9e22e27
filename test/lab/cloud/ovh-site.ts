import { randomBytes } from 'node:crypto';
import { OvhAccount } from '../../fakes/ovhcloud/account.ts';
import { OvhApi } from '../../fakes/ovhcloud/ovh-api.ts';
import { letIn, openSite, type Site } from './site.ts';

export type OvhSite = Site<OvhApi, OvhAccount>;

/** Behind OVHcloud's API. */
export function startOvhSite(delayMs: number): Promise<OvhSite> {
  const secret = () => randomBytes(16).toString('hex');
  const keys = { applicationKey: secret(), applicationSecret: secret(), consumerKey: secret() };
  const account = new OvhAccount();
  return openSite({
    account,
    api: new OvhApi({ account, keys, delayMs, now: Date.now }),
    path: '/1.0',
    env: (url) => ({
      OVH_URL: url,
      OVH_APPLICATION_KEY: keys.applicationKey,
      OVH_APPLICATION_SECRET: keys.applicationSecret,
      OVH_CONSUMER_KEY: keys.consumerKey,
    }),
    add({ device, machine }) {
      const { address, hostname: displayName } = device;
      const name = `ns-${displayName}.ip-${address.replaceAll('.', '-')}.eu`;
      account.addServer({ name, displayName, address, machine, authorise: letIn(device) });
      return name;
    },
  });
}
