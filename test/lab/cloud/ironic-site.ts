import { randomBytes } from 'node:crypto';
import { IronicAccount } from '../../fakes/ironic/account.ts';
import { IronicApi } from '../../fakes/ironic/ironic-api.ts';
import { reporting } from './reporting.ts';
import { openSite, type Site } from './site.ts';

export type IronicSite = Site<IronicApi, IronicAccount>;

/** Behind an Ironic with a Keystone. The key of its rescue system stands on the kernel's command line; it is up when it has reported. */
export function startIronicSite(delayMs: number): Promise<IronicSite> {
  const [credentialId, secret] = [randomBytes(8).toString('hex'), randomBytes(16).toString('hex')];
  const account = new IronicAccount();
  return openSite({
    account,
    api: new IronicApi({ account, door: { kind: 'keystone', credentialId, secret }, delayMs }),
    env: (url) => ({
      IRONIC_URL: `${url}/baremetal`,
      IRONIC_KEYSTONE_URL: `${url}/identity/v3`,
      IRONIC_CREDENTIAL_ID: credentialId,
      IRONIC_CREDENTIAL_SECRET: secret,
    }),
    add({ device, machine }) {
      const { id: uuid, address, hostname: name } = device;
      account.addNode({
        ...{ uuid, name, machine: reporting(machine), extra: { xepa_address: address } },
        tellKernel(parameters) {
          machine.spec.rescueParameters = parameters;
        },
      });
      return uuid;
    },
  });
}
