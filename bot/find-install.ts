import { type InstallRecord, isFinal } from '../core/contracts/install.ts';
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
  const { found, recent } = await search(deps, typed);
  if (found) return found;
  const near = nearest(
    typed,
    recent.flatMap((record) => [record.id, record.device.name]),
  );
  const hint = near ? ` Did you mean ${code(near)}?` : ' `/xepa list` shows the newest ones.';
  throw badInput(`There is no install ${code(typed)}, and none of a device of that name.${hint}`);
}

/**
 * The install that was meant by its id, or the one that has this device now; null where a device was meant that none has.
 * @throws XepaError bad-input where an id was meant that there is not
 */
export async function findOpenInstall(deps: Pick<BotDeps, 'store'>, typed: string): Promise<InstallRecord | null> {
  if (isId(typed.toLowerCase())) return findInstall(deps, typed);
  const { found } = await search(deps, typed);
  return found && !isFinal(found) ? found : null;
}

async function search(deps: Pick<BotDeps, 'store'>, typed: string) {
  const wanted = typed.toLowerCase();
  const byId = isId(wanted) ? await deps.store.find(wanted) : null;
  const recent = byId ? [] : await deps.store.listRecent(RECENT);
  return { found: byId ?? recent.find((record) => isOfDevice(record, typed)) ?? null, recent };
}

function isId(typed: string): boolean {
  return /^xe-[a-z0-9]+$/.test(typed);
}
