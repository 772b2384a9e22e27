import { type ExportFormat, exportTrail, type TrailEvent } from '../../core/audit-export.ts';
import { proveChain, proveTrail, type Verdict } from '../../core/audit-proof.ts';
import { systemClock } from '../../core/clock.ts';
import { parseEnv } from '../../core/env.ts';
import { createGeneralTrail, type GeneralTrail } from '../../core/general-trail.ts';
import { createInstallStore, type InstallStore } from '../../core/install-store.ts';
import { connectRedis } from '../../core/redis.ts';
import { embeddedRedisUrl, LaunchSettings } from './config.ts';
import type { Environment } from './main.ts';

/** By their ids alone: a record that cannot be read must not hide the others. */
const allIds = (store: InstallStore) => store.recentIds(Number.MAX_SAFE_INTEGER);

/** One install's trail or all of them; proven, or printed as a file. */
export interface AuditWish {
  of: { install: string } | 'all';
  exportAs: ExportFormat | null;
}

/**
 * Proves audit trails whole and prints a line for each; or prints their events.
 * @returns 0 when all are whole or were printed, 1 when one is broken
 */
export async function audit(wish: AuditWish, source: Environment): Promise<number> {
  const settings = parseEnv(LaunchSettings, source);
  const redis = await connectRedis(settings.REDIS_URL ?? embeddedRedisUrl(settings), 'producer');
  try {
    const store = createInstallStore({ redis, clock: systemClock, onWrite: async () => undefined });
    const general = wish.of === 'all' ? createGeneralTrail({ redis, clock: systemClock }) : null;
    if (wish.exportAs !== null) return await print({ store, general }, wish.of, wish.exportAs);
    return Math.max(general ? await proveGeneral(general) : 0, await prove(store, wish.of));
  } finally {
    redis.disconnect();
  }
}

async function prove(store: InstallStore, of: AuditWish['of']): Promise<number> {
  const ids = of === 'all' ? await allIds(store) : [of.install];
  let broken = 0;
  for (const id of ids) {
    const verdict = await proveTrail(store, id);
    if (verdict.fault !== null) broken += 1;
    console.log(verdictLine(id, verdict));
  }
  if (of === 'all') console.log(`${ids.length} installs, ${broken} broken`);
  return broken === 0 ? 0 : 1;
}

async function proveGeneral(trail: GeneralTrail): Promise<number> {
  const verdict = await proveChain(trail);
  console.log(verdictLine('general trail', verdict));
  return verdict.fault === null ? 0 : 1;
}

/** All at once, so that a file that was cut off is never taken for a whole one. */
async function print(
  { store, general }: { store: InstallStore; general: GeneralTrail | null },
  of: AuditWish['of'],
  format: ExportFormat,
): Promise<number> {
  const events: TrailEvent[] = ((await general?.events()) ?? []).map((event) => ({ install: null, event }));
  for (const id of of === 'all' ? (await allIds(store)).toReversed() : [of.install]) {
    const install = await store.load(id);
    for (const event of await store.events(id)) events.push({ install, event });
  }
  process.stdout.write(exportTrail(events, format));
  return 0;
}

/** One line for a person or a script. */
export function verdictLine(id: string, verdict: Verdict): string {
  return verdict.fault === null ? `${id}: whole, ${verdict.events} events` : `${id}: BROKEN, ${verdict.fault}`;
}
