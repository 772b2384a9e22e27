import { randomBytes, randomUUID } from 'node:crypto';
import { ScwAccount } from '../../fakes/scaleway/account.ts';
import { ScalewayApi } from '../../fakes/scaleway/scaleway-api.ts';
import { letIn, openSite, type Site } from './site.ts';

export type ScalewaySite = Site<ScalewayApi, ScwAccount>;

const ZONE = 'fr-par-2';

/** Behind Scaleway's APIs, whose rescue system lets in a user who is root by sudo. */
export function startScalewaySite(delayMs: number): Promise<ScalewaySite> {
  const [secretKey, projectId] = [randomBytes(16).toString('hex'), randomUUID()];
  const account = new ScwAccount(projectId);
  return openSite({
    account,
    api: new ScalewayApi({ account, secretKey, delayMs }),
    env: (url) => ({
      SCALEWAY_URL: url,
      SCALEWAY_SECRET_KEY: secretKey,
      SCALEWAY_PROJECT: projectId,
      SCALEWAY_ZONES: ZONE,
    }),
    add({ device, machine }) {
      const { id, hostname: name, address } = device;
      account.addServer({ id, name, zone: ZONE, address, machine, authorise: letIn(device, 'rescue') });
      return id;
    },
  });
}
