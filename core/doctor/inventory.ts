import type { Clock } from '../clock.ts';
import type { Inventory, InventorySource } from '../contracts/device.ts';
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
    check('devices', 'worker', (inventory) => judgeDevices(inventory, clock.now())),
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

export function judgeDevices(inventory: Inventory | null, now: number): Finding {
  if (!inventory) return skipped('no list of devices yet');
  const { at, devices, problems, sources = [] } = inventory;
  const counts = new Map(sources.map(({ provider }) => [provider, 0]));
  for (const { provider } of devices) counts.set(provider, (counts.get(provider) ?? 0) + 1);
  const known = [...counts].map(([provider, count]) => `${provider} ${count}`).join(', ') || 'none';
  if (problems.length > 0) {
    const told = problems.map(({ provider, message }) => `${provider}: ${message}`).join(' ');
    const says = `${known}. ${told}`;
    const seen = (provider: string) => sources.find((source) => source.provider === provider)?.at ?? null;
    const silent = problems.find(({ provider }) => seen(provider) !== at);
    if (!silent) return warn(says, 'Look at these servers at their provider');
    return fail(says, `See to ${silent.provider}: ${leftOf(seen(silent.provider), now)}`);
  }
  if (devices.length === 0) {
    return warn('the providers have no device', 'Add one at the provider, or to `XEPA_SSH_DEVICES`');
  }
  return ok(known);
}

/** What is known of a provider that does not answer. */
function leftOf(seen: InventorySource['at'], now: number): string {
  if (seen === null) return 'its devices are missing from the list';
  const minutes = Math.max(0, Math.floor((now - seen) / MINUTE));
  return now - seen > TOO_OLD_MS
    ? `its devices are as they were ${minutes} min ago, and no install is taken by that`
    : `its devices are as they were ${minutes} min ago; from ${TOO_OLD_MS / MINUTE} min on no install is taken by that`;
}
