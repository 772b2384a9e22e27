import type { types } from '@slack/bolt';
import { deviceKey } from '../core/contracts/device.ts';
import type { BotDeps } from './deps.ts';
import { searchDevices } from './search-devices.ts';
import { option } from './views/form.ts';
import { olderText } from './views/inventory-age.ts';

/** Slack shows at most so many; typing more narrows them down. */
const MOST = 100;

/**
 * Devices that fit what is typed, from the cached inventory: the answer must come within three seconds. What is offered
 * is what people would type.
 * @param asked `user`: the Slack user who types
 */
export async function deviceOptions(
  deps: Pick<BotDeps, 'inventory' | 'shelf' | 'clock'>,
  asked: { typed: string; user: string },
): Promise<types.PlainTextOption[]> {
  const [inventory, notes] = await Promise.all([deps.inventory.read(), deps.shelf.notes.all()]);
  if (!inventory) return [];
  const names = new Map<string, number>();
  for (const { name } of inventory.devices) names.set(name, (names.get(name) ?? 0) + 1);
  const now = deps.clock.now();
  const options: types.PlainTextOption[] = [];
  for (const device of searchDevices(inventory.devices, asked.typed, { notes, me: asked.user })) {
    if (options.length === MOST) break;
    const value = names.get(device.name) === 1 ? device.name : deviceKey(device);
    const older = olderText(inventory, device, now);
    const about = [...(older === null ? [] : [`(${older})`]), ...device.tags.map((tag) => `#${tag}`)];
    options.push(...option([value, ...about].join(' '), value));
  }
  return options;
}
