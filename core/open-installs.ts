import type { InstallRecord } from './contracts/install.ts';
import { isFinal } from './contracts/install.ts';
import type { InstallStore } from './install-store.ts';

/** As many as one question may read; ten thousand installs may be open. */
const MOST = 1_000;

/** Installs that have not ended, the newest first, and how many more there are that were not read. */
export async function openInstalls(
  store: Pick<InstallStore, 'listOpenIds' | 'find'>,
): Promise<{ records: InstallRecord[]; more: number }> {
  const ids = await store.listOpenIds();
  const found = await Promise.all(ids.slice(0, MOST).map((id) => store.find(id)));
  const open = found.flatMap((record) => (record && !isFinal(record) ? [record] : []));
  return { records: open.sort((a, b) => b.createdAt - a.createdAt), more: Math.max(0, ids.length - MOST) };
}
