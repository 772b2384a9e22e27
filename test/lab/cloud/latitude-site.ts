import { randomBytes } from 'node:crypto';
import { LatAccount } from '../../fakes/latitude/account.ts';
import { LatitudeApi } from '../../fakes/latitude/latitude-api.ts';
import { openSite, type Site } from './site.ts';

export type LatitudeSite = Site<LatitudeApi, LatAccount>;

/** Behind Latitude.sh's API, whose rescue system knows no key: a person logs in, with a password that the API does not tell. */
export function startLatitudeSite(delayMs: number): Promise<LatitudeSite> {
  const apiKey = randomBytes(16).toString('hex');
  const account = new LatAccount();
  return openSite({
    account,
    api: new LatitudeApi({ account, apiKey, delayMs }),
    env: (url) => ({ LATITUDE_URL: url, LATITUDE_API_KEY: apiKey }),
    add({ device, machine }) {
      const { address, hostname } = device;
      const id = `sv_${randomBytes(6).toString('hex')}`;
      account.addServer({
        ...{ id, hostname, address, machine },
        admit(password) {
          device.rescuePassword = password;
        },
      });
      return id;
    },
  });
}
