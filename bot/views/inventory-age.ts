import { type Device, type Inventory, seenAt } from '../../core/contracts/device.ts';
import { plain } from '../text.ts';
import { duration } from './units.ts';

/** How old a list of devices is, and whose part of it is older. */
export type InventoryAge = Pick<Inventory, 'at' | 'problems' | 'sources'>;

/** As many as a line bears. */
const NAMED = 5;

/** "Read from the providers 2 min ago; no answer from lab, other. Devices of lab are as they were 12 min ago." */
export function inventoryAgeText(inventory: InventoryAge, now: number): string {
  const { at, problems } = inventory;
  const kept = problems.flatMap(({ provider }) => {
    const seen = lastAnswer(inventory, provider);
    return seen === null || seen === at
      ? []
      : [`Devices of ${plain(provider, 60)} are as they were ${ago(now, seen)}.`];
  });
  const odd = problems.flatMap(({ provider, message }) =>
    lastAnswer(inventory, provider) === at ? [`${plain(provider, 60)}: ${plain(message, 200)}`] : [],
  );
  const read = `Read from the providers ${ago(now, at)}${silenceText(inventory)}.`;
  return [read, ...kept.slice(0, NAMED), ...odd.slice(0, NAMED)].join(' ');
}

/** "; no answer from lab, other", or nothing where all have answered. */
export function silenceText(inventory: InventoryAge): string {
  const silent = inventory.problems.filter(({ provider }) => lastAnswer(inventory, provider) !== inventory.at);
  const more = silent.length > NAMED ? ` and ${silent.length - NAMED} more` : '';
  const names = silent.slice(0, NAMED).map(({ provider }) => plain(provider, 60));
  return names.length === 0 ? '' : `; no answer from ${names.join(', ')}${more}`;
}

/** "as of 12 min ago" for a device whose provider did not answer when the list was read; else null. */
export function olderText(inventory: InventoryAge, device: Device, now: number): string | null {
  const seen = seenAt(inventory, device);
  return seen === inventory.at ? null : `as of ${ago(now, seen)}`;
}

/** Null: never, or in a list from before it was kept. */
function lastAnswer({ sources = [] }: InventoryAge, provider: string): number | null {
  return sources.find((source) => source.provider === provider)?.at ?? null;
}

function ago(now: number, then: number): string {
  return `${duration(now - then)} ago`;
}
