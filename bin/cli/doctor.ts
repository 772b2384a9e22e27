import { parseArgs } from 'node:util';
import type { Redis } from 'ioredis';
import { type PartName, partNames, runChecks } from '../../core/doctor/check.ts';
import { secretValues } from '../../core/doctor/secret-values.ts';
import { connectRedis } from '../../core/redis.ts';
import { commandChecks } from './doctor/checks.ts';
import { hasFailed, reportJson, reportText } from './doctor/report.ts';
import type { Environment } from './main.ts';

/** Shorter than the limit of a check, so that the sentence about the address is heard. */
const CONNECT_MS = 3_000;

const usage = `usage: xepa doctor [--json] [--only PART,PART]
parts: ${partNames.join(', ')}`;

/**
 * Looks at everything that can be looked at with these settings, and prints a line for each.
 * @returns 0 when nothing failed, 1 when something did, 2 when the command was typed wrongly
 */
export async function doctor(args: string[], source: Environment): Promise<number> {
  const wish = wishOf(args);
  if (typeof wish === 'string') {
    console.error(`${wish}\n${usage}`);
    return 2;
  }
  const opened: Redis[] = [];
  const openRedis = async (url: string) => {
    const redis = await connectRedis(url, 'producer', CONNECT_MS);
    opened.push(redis);
    return redis;
  };
  try {
    const checks = commandChecks(source, openRedis).filter(({ part }) => wish.only.includes(part));
    const lines = await runChecks(checks, secretValues(source));
    console.log(wish.json ? reportJson(lines) : reportText(lines));
    return hasFailed(lines) ? 1 : 0;
  } finally {
    for (const redis of opened) redis.disconnect();
  }
}

/** What was asked for, or a sentence that says what was wrong. */
function wishOf(args: string[]): { json: boolean; only: readonly PartName[] } | string {
  try {
    const { values } = parseArgs({ args, options: { json: { type: 'boolean' }, only: { type: 'string' } } });
    const named = (values.only ?? '').split(',').flatMap((name) => name.trim() || []);
    const unknown = named.filter((name) => !partNames.some((part) => part === name));
    if (unknown.length > 0) return `There is no part ${unknown.map((name) => `\`${name}\``).join(', ')}.`;
    if (values.only !== undefined && named.length === 0) return '`--only` needs at least one part.';
    const only = partNames.filter((part) => named.length === 0 || named.includes(part));
    return { json: values.json === true, only };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
