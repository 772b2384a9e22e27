import type { Redis } from 'ioredis';
import { ZodError } from 'zod';
import type { InstallRecord } from './contracts/install.ts';
import type { InstallStore } from './install-store.ts';
import type { Logger } from './log.ts';

/** The list of one Slack workspace: ids of its installs by when they were asked for. */
export function teamListKey(team: string): string {
  return `xepa:installs:team:${team}`;
}

const doneKey = 'xepa:installs:team-lists';
const PAGE = 100;

/**
 * Puts installs from before there were such lists into that of their workspace: else they were found by their ids alone,
 * and stood in no list of it. Needed once, since every install is put there when it is asked for. @returns how many it saw
 */
export async function completeTeamLists(deps: {
  redis: Redis;
  store: Pick<InstallStore, 'find' | 'recentIds'>;
  log: Logger;
}): Promise<number> {
  const { redis, store } = deps;
  if ((await redis.exists(doneKey)) === 1) return 0;
  const ids = await store.recentIds(Number.MAX_SAFE_INTEGER);
  for (let from = 0; from < ids.length; from += PAGE) {
    const page = ids.slice(from, from + PAGE);
    const found = await Promise.all(page.map((id) => readable(deps, id)));
    for (const record of found) {
      if (record?.slack) await redis.zadd(teamListKey(record.slack.team), record.createdAt, record.id);
    }
  }
  await redis.set(doneKey, '1');
  return ids.length;
}

/** A record that was spoilt does not tell whose it is; anything else that fails is tried again at the next start. */
async function readable(
  deps: { store: Pick<InstallStore, 'find'>; log: Logger },
  id: string,
): Promise<InstallRecord | null> {
  try {
    return await deps.store.find(id);
  } catch (err) {
    if (!(err instanceof ZodError || err instanceof SyntaxError)) throw err;
    deps.log.warn({ err, installId: id }, 'a record cannot be read, so it stands in no list of its workspace');
    return null;
  }
}
