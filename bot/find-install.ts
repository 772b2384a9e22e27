import type { InstallRecord } from '../core/contracts/install.ts';
import { badInput } from './bad-input.ts';
import type { BotDeps } from './deps.ts';
import { nearest } from './did-you-mean.ts';
import { isOfDevice } from './list-filter.ts';
import { code } from './text.ts';

/** So many of the newest installs are searched for a device's name. */
const RECENT = 200;

/**
 * The install that was meant: by its id, or the newest one of a device.
 * @throws XepaError bad-input with the nearest name
 */
export async function findInstall(deps: Pick<BotDeps, 'store'>, typed: string): Promise<InstallRecord> {
  const wanted = typed.toLowerCase();
  const byId = /^xe-[a-z0-9]+$/.test(wanted) ? await deps.store.find(wanted) : null;
  if (byId) return byId;
  const recent = await deps.store.listRecent(RECENT);
  const ofDevice = recent.find((record) => isOfDevice(record, typed));
  if (ofDevice) return ofDevice;
  const near = nearest(
    typed,
    recent.flatMap((record) => [record.id, record.device.name]),
  );
  const hint = near ? ` Did you mean ${code(near)}?` : ' `/xepa list` shows the newest ones.';
  throw badInput(`There is no install ${code(typed)}, and none of a device of that name.${hint}`);
}
