import { type Device, deviceKey, type Inventory, seenAt } from '../core/contracts/device.ts';
import { badInput } from './bad-input.ts';
import { nearest } from './did-you-mean.ts';
import { code } from './text.ts';
import { silenceText } from './views/inventory-age.ts';
import { duration } from './views/units.ts';

/**
 * The device that was meant, by its name or as `provider/id`, for what changes the device: the list must be fresh.
 * @throws XepaError bad-input with the nearest name, or with all that share the name
 */
export function findDevice(typed: string, inventory: Inventory | null, now: number): Device {
  const known = demandInventory(inventory);
  if (now - known.at > STALE_MS) throw stale(known, now);
  const device = findKnownDevice(typed, known, now);
  const seen = seenAt(known, device);
  if (now - seen > STALE_MS) throw silent(device, now - seen);
  return device;
}

/** What is known of all devices. @throws XepaError bad-input when nothing was read yet */
export function demandInventory(inventory: Inventory | null): Inventory {
  if (inventory) return inventory;
  throw badInput(
    'No worker has read the providers yet, so no device is known. Check that a worker runs, then try again.',
  );
}

/** The device that was meant, by a list of any age: for looking at it, and for what is noted beside it. */
export function findKnownDevice(typed: string, inventory: Inventory, now: number): Device {
  const meant = devicesMeant(typed, inventory);
  const [only] = meant;
  if (only && meant.length === 1) return only;
  throw meant.length > 1 ? ambiguous(typed, meant) : unknown(typed, inventory, now);
}

/** Every device that may be meant: one as `provider/id`, or all that share the name. */
export function devicesMeant(typed: string, { devices }: Pick<Inventory, 'devices'>): Device[] {
  const wanted = typed.toLowerCase();
  const exact = devices.find((device) => deviceKey(device).toLowerCase() === wanted);
  return exact ? [exact] : devices.filter((device) => device.name.toLowerCase() === wanted);
}

/** Tags decide who must approve: they must not be those of an hour ago. */
const STALE_MS = 15 * 60_000;

function stale(inventory: Inventory, now: number) {
  const age = duration(now - inventory.at);
  return badInput(`The list of devices is ${age} old, so nothing is installed by it. Check that a worker runs.`);
}

function silent({ name, provider }: Device, ms: number) {
  return badInput(
    `${code(provider)} has not answered for ${duration(ms)}, so what is known of ${code(name)} is too old, and nothing is installed by it. \`/xepa doctor\` says what is wrong there.`,
  );
}

function ambiguous(typed: string, named: readonly Device[]) {
  const list = named.map((device) => code(deviceKey(device)));
  return badInput(`Several devices are called ${code(typed)}. Type one of ${list.join(', ')} instead.`);
}

function unknown(typed: string, inventory: Inventory, now: number) {
  const near = nearest(
    typed,
    inventory.devices.flatMap((device) => [device.name, deviceKey(device)]),
  );
  const hint = near ? ` Did you mean ${code(near)}?` : '';
  const age = `${inventory.devices.length} devices were read ${duration(Math.max(0, now - inventory.at))} ago`;
  return badInput(`There is no device ${code(typed)}.${hint} (${age}${silenceText(inventory)}.)`);
}
