import { findBreak } from '../../core/audit-chain.ts';
import { systemClock } from '../../core/clock.ts';
import type { AuditEvent } from '../../core/contracts/audit-event.ts';
import { parseEnv } from '../../core/env.ts';
import { createGeneralTrail } from '../../core/general-trail.ts';
import { createInstallStore, type InstallStore } from '../../core/install-store.ts';
import { connectRedis } from '../../core/redis.ts';
import { embeddedRedisUrl, LaunchSettings } from './config.ts';
import type { Environment } from './main.ts';

/** A chain grows on while we read; after so many tries a break is a break. */
const MAX_READS = 5;

/**
 * Proves audit trails whole and prints a line for each.
 * @returns 0 when all are whole, 1 when one is broken
 */
export async function audit(wish: { install: string } | 'all', source: Environment): Promise<number> {
  const settings = parseEnv(LaunchSettings, source);
  const redis = await connectRedis(settings.REDIS_URL ?? embeddedRedisUrl(settings), 'producer');
  try {
    const store = createInstallStore({ redis, clock: systemClock, onWrite: async () => undefined });
    const ids = wish === 'all' ? await allIds(store) : [wish.install];
    let broken = 0;
    for (const id of ids) {
      const verdict = await verify(store, id);
      if (verdict.fault !== null) broken += 1;
      console.log(verdictLine(id, verdict));
    }
    if (wish !== 'all') return broken === 0 ? 0 : 1;
    const general = await prove(createGeneralTrail({ redis, clock: systemClock }));
    console.log(verdictLine('general trail', general));
    console.log(`${ids.length} installs, ${broken} broken`);
    return broken === 0 && general.fault === null ? 0 : 1;
  } finally {
    redis.disconnect();
  }
}

/** What the chain of an install proves: how many events it has and what is wrong with it, null when it is whole. */
export interface Verdict {
  events: number;
  fault: string | null;
}

/** Proves the chain of an install against the head that its record keeps. */
export function verify(store: Pick<InstallStore, 'load' | 'events'>, id: string): Promise<Verdict> {
  return prove({ head: async () => (await store.load(id)).audit, events: () => store.events(id) });
}

interface Chain {
  head(): Promise<{ seq: number; head: string }>;
  events(): Promise<AuditEvent[]>;
}

/** Reads head and events until they belong together, then proves the chain. */
async function prove(chain: Chain): Promise<Verdict> {
  let head = await chain.head();
  for (let reads = 1; ; reads += 1) {
    const events = await chain.events();
    const fault = findBreak(events, head);
    if (fault === null || reads === MAX_READS) return { events: events.length, fault };
    const newer = await chain.head();
    if (newer.seq === head.seq) return { events: events.length, fault };
    head = newer;
  }
}

/** One line for a person or a script. */
export function verdictLine(id: string, verdict: Verdict): string {
  return verdict.fault === null ? `${id}: whole, ${verdict.events} events` : `${id}: BROKEN, ${verdict.fault}`;
}

async function allIds(store: InstallStore): Promise<string[]> {
  return (await store.listRecent(Number.MAX_SAFE_INTEGER)).map((record) => record.id);
}
