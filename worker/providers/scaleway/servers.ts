import { unlessNotFound } from '../http.ts';
import type { InstallKey } from '../types.ts';
import { createScwCall, type ScwAccess } from './client.ts';
import { Anything, ScwKey, ScwKeyPage, ScwServer, ScwServerPage } from './schema.ts';

export interface ScwOptions extends ScwAccess {
  /** Whose servers and keys these are. */
  projectId: string;
}

/** A server, and where it stands. */
export interface At {
  zone: string;
  id: string;
}

/** What a restart leads to. `keyIds`: registered keys that the rescue system lets in, beside those that it knows. */
export interface Boot {
  into: 'rescue' | 'normal';
  keyIds: readonly string[];
}

const PAGE_SIZE = 50;
const KEYS = '/iam/v1alpha1/ssh-keys';

/** The calls that a rescue needs. Each may be repeated, but for `restart`. */
export function createScwServers(options: ScwOptions) {
  const call = createScwCall(options);
  const projectId = encodeURIComponent(options.projectId);
  const zonePath = (zone: string) => `/baremetal/v1/zones/${encodeURIComponent(zone)}/servers`;
  const pathOf = ({ zone, id }: At) => `${zonePath(zone)}/${encodeURIComponent(id)}`;
  const pageOf = (page: number) => `project_id=${projectId}&page=${page}&page_size=${PAGE_SIZE}`;

  return {
    /** The project's servers in a zone. */
    servers: (zone: string, signal: AbortSignal): Promise<ScwServer[]> =>
      allOf(async (page) => {
        const path = `${zonePath(zone)}?${pageOf(page)}`;
        const { total_count: total, servers: items } = await call(ScwServerPage, { path, signal });
        return { total, items };
      }),

    /** Null where the zone has no such server of the project. */
    async server(at: At, signal: AbortSignal): Promise<ScwServer | null> {
      const found = await unlessNotFound(call(ScwServer, { path: pathOf(at), signal }), null);
      return found?.project_id === options.projectId ? found : null;
    },

    /** Nothing on the server gets to clean up. `start` is for one that is off. */
    async restart(at: At, how: 'reboot' | 'start', { into, keyIds }: Boot, signal: AbortSignal): Promise<void> {
      const body = { boot_type: into, ...(into === 'rescue' ? { ssh_key_ids: keyIds } : {}) };
      await call(ScwServer, { method: 'POST', path: `${pathOf(at)}/${how}`, body, signal });
    },

    /** Ids of the project's keys of this name. */
    async keysNamed(name: string, signal: AbortSignal): Promise<string[]> {
      const keys = await allOf<ScwKey>(async (page) => {
        const path = `${KEYS}?${pageOf(page)}&name=${encodeURIComponent(name)}`;
        const { total_count: total, ssh_keys: items } = await call(ScwKeyPage, { path, signal });
        return { total, items };
      });
      return keys.filter((key) => key.name === name).map(({ id }) => id);
    },

    async addKey({ label, publicKey }: InstallKey, signal: AbortSignal): Promise<void> {
      const body = { name: label, public_key: publicKey.trim(), project_id: options.projectId };
      await call(ScwKey, { method: 'POST', path: KEYS, body, signal });
    },

    async deleteKey(id: string, signal: AbortSignal): Promise<void> {
      const path = `${KEYS}/${encodeURIComponent(id)}`;
      await unlessNotFound(call(Anything, { method: 'DELETE', path, signal }), null);
    },
  };
}

async function allOf<T>(read: (page: number) => Promise<{ total: number; items: T[] }>): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; ; page += 1) {
    const { total, items } = await read(page);
    all.push(...items);
    if (items.length === 0 || all.length >= total) return all;
  }
}
