import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { createGeneralTrail } from '../core/general-trail.ts';
import { createIsoNames } from '../core/iso-names.ts';

/** Of what the bot keeps of an ISO of its library: whether it may still be used. */
const Kept = z.looseObject({ retired: z.unknown().nullable() });

/** The names that a person may pick from: those of the bot's settings, and those of its library. */
export function createIsoShelf(deps: { redis: Redis; clock: Clock }): () => Promise<string[]> {
  const [names, trail] = [createIsoNames(deps.redis), createGeneralTrail(deps)];
  return async () => {
    const [configured, library] = await Promise.all([names.read(), trail.items('isos')]);
    const kept = [...library].flatMap(([name, json]) => (Kept.parse(JSON.parse(json)).retired ? [] : [name]));
    return [...new Set([...configured, ...kept])].toSorted();
  };
}
