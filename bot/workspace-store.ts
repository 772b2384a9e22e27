import type { InstallRecord } from '../core/contracts/install.ts';
import { type InstallStore, noInstall } from '../core/install-store.ts';

/**
 * The installs of one Slack workspace: those of all others are not found, not listed and cannot be changed, as if they
 * did not exist. An install stays where it was asked for, so what was looked up once need not be looked up again.
 */
export function createWorkspaceStore(all: InstallStore, team: string): InstallStore {
  const own = (record: InstallRecord | null) => (record?.slack?.team === team ? record : null);
  const listed = async (id: string) => (await all.recentIds(Number.MAX_SAFE_INTEGER, team)).includes(id);
  const find = async (id: string) => {
    try {
      return own(await all.find(id));
    } catch (err) {
      // A record that was spoilt does not tell whose it is; the list does.
      if (await listed(id)) throw err;
      return null;
    }
  };
  const load = async (id: string) => {
    const record = await find(id);
    if (!record) throw noInstall(id);
    return record;
  };
  return {
    async create(record, note) {
      if (!own(record)) throw new Error(`an install of another workspace than ${team}`);
      return all.create(record, note);
    },
    load,
    find,
    async update(id, decide) {
      await load(id);
      return all.update(id, decide);
    },
    async note(id, note) {
      await load(id);
      return all.note(id, note);
    },
    recentIds: (limit) => all.recentIds(limit, team),
    async listRecent(limit) {
      const records = await Promise.all((await all.recentIds(limit, team)).map(find));
      return records.filter((record) => record !== null);
    },
    async listOpenIds() {
      const [open, ids] = await Promise.all([all.listOpenIds(), all.recentIds(Number.MAX_SAFE_INTEGER, team)]);
      const here = new Set(ids);
      return open.filter((id) => here.has(id));
    },
    async markEnded(id) {
      await load(id);
      await all.markEnded(id);
    },
    events: async (id) => ((await find(id)) ? all.events(id) : []),
    // The trail of a spoilt record is proven all the same.
    eventTexts: async (id) => ((await listed(id)) ? all.eventTexts(id) : []),
  };
}
