import { unlessNotFound } from '../http.ts';
import type { InstallKey } from '../types.ts';
import { createScomCall, type ScomAccess } from './client.ts';
import { Anything, ScomFeature, ScomHost, ScomKey, ScomServer } from './schema.ts';

/** The provider's name for its rescue. */
export const RESCUE = 'host_rescue_mode';

/** The calls that a rescue needs. Each may be repeated, but for `activate`, `deactivate` and `power`. */
export function createScomServers(access: ScomAccess) {
  const { call, list } = createScomCall(access);
  const pathOf = (id: string) => `/hosts/dedicated_servers/${encodeURIComponent(id)}`;
  const rescueOf = (id: string) => `${pathOf(id)}/features/${RESCUE}`;

  return {
    /** Without what the provider sells under other names, and gives no rescue to. */
    async servers(signal: AbortSignal): Promise<ScomHost[]> {
      const hosts = await list(ScomHost, { path: '/hosts?type=dedicated_server', signal });
      return hosts.filter(({ type }) => type === 'dedicated_server');
    },

    server: (id: string, signal: AbortSignal): Promise<ScomServer> => call(ScomServer, { path: pathOf(id), signal }),

    features: (id: string, signal: AbortSignal): Promise<ScomFeature[]> =>
      list(ScomFeature, { path: `${pathOf(id)}/features`, signal }),

    /** Restarts the server into rescue, which lets in the keys with these fingerprints and no password. */
    async activate(id: string, fingerprints: readonly string[], signal: AbortSignal): Promise<void> {
      const body = { auth_methods: ['ssh_key'], ssh_key_fingerprints: fingerprints };
      await call(ScomFeature, { method: 'POST', path: `${rescueOf(id)}/activate`, body, signal });
    },

    /** Restarts the server from its disk. */
    async deactivate(id: string, signal: AbortSignal): Promise<void> {
      await call(ScomFeature, { method: 'POST', path: `${rescueOf(id)}/deactivate`, signal });
    },

    async power(id: string, how: 'power_cycle' | 'power_on', signal: AbortSignal): Promise<void> {
      await call(Anything, { method: 'POST', path: `${pathOf(id)}/${how}`, signal });
    },

    /** Fingerprints of the account's keys of this name. */
    async keysNamed(name: string, signal: AbortSignal): Promise<string[]> {
      const keys = await list(ScomKey, { path: '/ssh_keys', signal });
      return keys.filter((key) => key.name === name).map(({ fingerprint }) => fingerprint);
    },

    async addKey({ label, publicKey }: InstallKey, signal: AbortSignal): Promise<void> {
      const body = { name: label, public_key: publicKey.trim() };
      await call(ScomKey, { method: 'POST', path: '/ssh_keys', body, signal });
    },

    async deleteKey(fingerprint: string, signal: AbortSignal): Promise<void> {
      const path = `/ssh_keys/${encodeURIComponent(fingerprint)}`;
      await unlessNotFound(call(Anything, { method: 'DELETE', path, signal }), null);
    },
  };
}
