import type { types } from '@slack/bolt';
import { deviceKey } from '../core/contracts/device.ts';
import type { BotDeps } from './deps.ts';
import { option } from './views/form.ts';

/** Slack shows at most so many; typing more narrows them down. */
const MOST = 100;

/**
 * Devices whose name, address or tags contain what is typed, from the cached inventory: the answer must come within
 * three seconds. What is offered is what people would type.
 */
export async function deviceOptions(deps: Pick<BotDeps, 'inventory'>, typed: string): Promise<types.PlainTextOption[]> {
  const { devices = [] } = (await deps.inventory.read()) ?? {};
  const wanted = typed.trim().toLowerCase();
  const names = new Map<string, number>();
  for (const { name } of devices) names.set(name, (names.get(name) ?? 0) + 1);
  return devices
    .filter(({ name, address = '', tags }) =>
      [name, address, ...tags].some((text) => text.toLowerCase().includes(wanted)),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((device) => {
      const value = names.get(device.name) === 1 ? device.name : deviceKey(device);
      return option([value, ...device.tags.map((tag) => `#${tag}`)].join(' '), value);
    })
    .slice(0, MOST);
}
