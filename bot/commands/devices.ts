import { type Device, deviceKey, type Inventory } from '../../core/contracts/device.ts';
import { badInput } from '../bad-input.ts';
import type { Asker, BotDeps } from '../deps.ts';
import { demandInventory } from '../find-device.ts';
import { authorise } from '../judging.ts';
import { type Page, pageOf, parsePage } from '../page.ts';
import { type DeviceState, deviceList } from '../views/device-list.ts';
import type { Command } from './spec.ts';

const PAGE_SIZE = 10;
const QUERY_MAX = 100;

export const devicesCommand: Command = {
  spec: {
    verb: 'devices',
    action: 'look',
    summary: 'Lists the servers, and what each is doing.',
    target: { name: 'query', required: false },
    options: { page: { value: 'NUMBER', about: 'which part of a long list' } },
    examples: ['/xepa devices', '/xepa devices web', '/xepa devices "prod 192.0.2." --page 2'],
  },
  run: async (deps, asker, { target = '', options }) =>
    showDevices(deps, asker, { query: target, page: parsePage(options.page) }),
};

/** The devices that have every word of the query in their name, address, tags or id. @throws XepaError not-allowed, bad-input */
export async function showDevices(deps: BotDeps, asker: Asker, wish: { query: string; page: number }): Promise<void> {
  await authorise(deps, asker, { action: 'look' });
  const { query, page } = wish;
  if (query.length > QUERY_MAX) throw badInput(`The query is too long: at most ${QUERY_MAX} characters.`);
  const now = deps.clock.now();
  const inventory = demandInventory(await deps.inventory.read());
  const rows = await withStates(deps, pageOf(search(inventory, query), page, PAGE_SIZE), now);
  const silent = inventory.problems.map((problem) => problem.provider);
  const freezes = await deps.shelf.freezes.inForce(now);
  await asker.tell(deviceList({ rows, query, freezes, readAt: inventory.at, silent, now }));
}

/** What a device is doing now. */
export async function stateOf(deps: BotDeps, device: Device, now: number): Promise<DeviceState> {
  const install = (await deps.leases.holder(device)) ?? (await deps.claims.holder(device));
  return { install, lock: await deps.shelf.notes.lockOf(deviceKey(device), now) };
}

async function withStates(deps: BotDeps, page: Page<Device>, now: number): Promise<Page<Device & DeviceState>> {
  const rows = page.items.map(async (device) => ({ ...device, ...(await stateOf(deps, device, now)) }));
  return { ...page, items: await Promise.all(rows) };
}

function search(inventory: Inventory, query: string): Device[] {
  const words = query.toLowerCase().split(/\s+/);
  const found = inventory.devices.filter((device) => {
    const texts = [device.name, device.address ?? '', deviceKey(device), ...device.tags].map((text) =>
      text.toLowerCase(),
    );
    return words.every((word) => texts.some((text) => text.includes(word)));
  });
  return found.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}
