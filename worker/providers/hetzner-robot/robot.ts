import { unlessNotFound } from '../http.ts';
import { md5Fingerprint } from '../published-key.ts';
import type { InstallKey } from '../types.ts';
import { createRobotCall, type Form, type RobotAccess } from './client.ts';
import { Anything, RobotBoot, RobotKeyList, RobotRescue, RobotReset, RobotServer, RobotServerList } from './schema.ts';

/** The calls of the webservice that a rescue needs. Each may be repeated, but for `reset`. */
export function createRobot(access: RobotAccess) {
  const call = createRobotCall(access);
  const pathOf = (kind: 'server' | 'boot' | 'reset', id: string) => `/${kind}/${encodeURIComponent(id)}`;
  const rescuePath = (id: string) => `${pathOf('boot', id)}/rescue`;

  return {
    /** An account without servers, keys or resets says that they are not found. */
    async servers(signal: AbortSignal): Promise<RobotServer[]> {
      const found = await unlessNotFound(call(RobotServerList, { path: '/server', signal }), []);
      return found.map(({ server }) => server);
    },

    async server(id: string, signal: AbortSignal): Promise<RobotServer> {
      return (await call(RobotServer, { path: pathOf('server', id), signal })).server;
    },

    async boot(id: string, signal: AbortSignal): Promise<RobotBoot> {
      return (await call(RobotBoot, { path: pathOf('boot', id), signal })).boot;
    },

    /** Null for a server that has no way to be reset. */
    async resets(id: string, signal: AbortSignal): Promise<RobotReset | null> {
      return (await unlessNotFound(call(RobotReset, { path: pathOf('reset', id), signal }), null))?.reset ?? null;
    },

    async reset(id: string, type: string, signal: AbortSignal): Promise<void> {
      await call(Anything, { method: 'POST', path: pathOf('reset', id), form: [['type', type]], signal });
    },

    /** What the next boot leads to. */
    async rescue(id: string, signal: AbortSignal): Promise<RobotRescue> {
      return (await call(RobotRescue, { path: rescuePath(id), signal })).rescue;
    },

    /** The newest activation; null where there never was one. */
    async lastRescue(id: string, signal: AbortSignal): Promise<RobotRescue | null> {
      const answer = call(RobotRescue, { path: `${rescuePath(id)}/last`, signal });
      return (await unlessNotFound(answer, null))?.rescue ?? null;
    },

    /** For this key, which must be registered. */
    async activate(id: string, key: InstallKey, signal: AbortSignal): Promise<void> {
      const fingerprint = md5Fingerprint(key.publicKey);
      const form: Form = [
        ['os', 'linux'],
        ['authorized_key[]', fingerprint],
        ['keyboard', 'us'],
      ];
      await call(RobotRescue, { method: 'POST', path: rescuePath(id), form, signal });
    },

    async deactivate(id: string, signal: AbortSignal): Promise<void> {
      await unlessNotFound(call(Anything, { method: 'DELETE', path: rescuePath(id), signal }), null);
    },

    /** Fingerprints of the keys of this name. */
    async keysNamed(name: string, signal: AbortSignal): Promise<string[]> {
      const keys = await unlessNotFound(call(RobotKeyList, { path: '/key', signal }), []);
      return keys.filter(({ key }) => key.name === name).map(({ key }) => key.fingerprint);
    },

    async addKey({ label, publicKey }: InstallKey, signal: AbortSignal): Promise<void> {
      const form: Form = [
        ['name', label],
        ['data', publicKey],
      ];
      await call(Anything, { method: 'POST', path: '/key', form, signal });
    },

    async deleteKey(fingerprint: string, signal: AbortSignal): Promise<void> {
      const path = `/key/${encodeURIComponent(fingerprint)}`;
      await unlessNotFound(call(Anything, { method: 'DELETE', path, signal }), null);
    },
  };
}
