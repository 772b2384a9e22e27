import type { Clock } from '../clock.ts';
import type { Inventory } from '../contracts/device.ts';
import { type Check, type Finding, fail, looksAt, ok, skipped, warn } from './check.ts';

const LIMIT_MS = 8_000;
const MINUTE = 60_000;
const OLD_MS = 11 * MINUTE;
/** From here on no install is taken by this list. */
const TOO_OLD_MS = 15 * MINUTE;
const NO_REDIS = 'Redis does not answer, so the list of devices is not known';

/** What the list of devices tells: a worker lives, and which providers answer it. */
export function inventoryChecks(read: () => Promise<{ inventory: Inventory | null }>, clock: Clock): Check[] {
  const check = (name: string, part: Check['part'], judge: (inventory: Inventory | null) => Finding): Check => ({
    part,
    name,
    limitMs: LIMIT_MS,
    run: looksAt(read, ({ inventory }) => judge(inventory), NO_REDIS),
  });
  return [
    check('alive', 'worker', (inventory) => judgeAge(inventory, clock.now())),
    check('devices', 'worker', judgeDevices),
  ];
}

export function judgeAge(inventory: Inventory | null, now: number): Finding {
  if (!inventory) return fail('no worker has read the providers yet', 'Start a worker, and look at its log');
  const minutes = Math.max(0, Math.floor((now - inventory.at) / MINUTE));
  const says = `a worker read the providers ${minutes < 1 ? 'less than a minute' : `${minutes} min`} ago`;
  if (now - inventory.at > TOO_OLD_MS) {
    return fail(`${says}: no install is taken by a list that old`, 'Start a worker, and look at its log');
  }
  return now - inventory.at > OLD_MS ? warn(says, 'See that a worker runs') : ok(says);
}

export function judgeDevices(inventory: Inventory | null): Finding {
  if (!inventory) return skipped('no list of devices yet');
  const counts = new Map<string, number>();
  for (const { provider } of inventory.devices) counts.set(provider, (counts.get(provider) ?? 0) + 1);
  const known = [...counts].map(([provider, count]) => `${provider} ${count}`).join(', ') || 'none';
  const [problem] = inventory.problems;
  if (problem) {
    const silent = inventory.problems.map(({ provider, message }) => `${provider}: ${message}`).join(' ');
    return fail(`devices: ${known}. ${silent}`, `See to ${problem.provider}: its devices are missing from the list`);
  }
  if (inventory.devices.length === 0) {
    return warn('the providers have no device', 'Add one at the provider, or to `XEPA_SSH_DEVICES`');
  }
  return ok(`devices: ${known}`);
}
