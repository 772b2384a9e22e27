import { type Device, deviceKey } from '../../core/contracts/device.ts';
import { badInput } from '../bad-input.ts';
import type { Asker, BotDeps } from '../deps.ts';
import { activeLock } from '../device-notes.ts';
import { demandInventory } from '../find-device.ts';
import { authorise } from '../judging.ts';
import { type Page, pageOf, parsePage } from '../page.ts';
import { searchDevices } from '../search-devices.ts';
import { type DeviceState, deviceList } from '../views/device-list.ts';
import type { Command } from './spec.ts';

const PAGE_SIZE = 10;
const QUERY_MAX = 100;

export const devicesCommand: Command = {
  spec: {
    verb: 'devices',
    action: 'look',
    summary: 'Lists the servers, and what each is doing.',
    target: { name: 'words', required: false, many: true },
    options: { page: { value: 'NUMBER', about: 'which part of a long list' } },
    examples: ['/xepa devices', '/xepa devices web 192.0.2.', '/xepa devices tag:prod owner:me --page 2'],
  },
  run: async (deps, asker, { target = '', options }) =>
    showDevices(deps, asker, { query: target, page: parsePage(options.page) }),
};

/** The devices that every word of the query fits. @throws XepaError not-allowed, bad-input */
export async function showDevices(deps: BotDeps, asker: Asker, wish: { query: string; page: number }): Promise<void> {
  await authorise(deps, asker, { action: 'look' });
  const { query, page } = wish;
  if (query.length > QUERY_MAX) throw badInput(`The query is too long: at most ${QUERY_MAX} characters.`);
  const now = deps.clock.now();
  const inventory = demandInventory(await deps.inventory.read());
  const found = searchDevices(inventory.devices, query, { notes: await deps.shelf.notes.all(), me: asker.user });
  const rows = await withStates(deps, pageOf(found, page, PAGE_SIZE), now);
  const freezes = await deps.shelf.freezes.inForce(now);
  await asker.tell(deviceList({ rows, query, freezes, inventory, now }));
}

/** What a device is doing now. */
export async function stateOf(deps: BotDeps, device: Device, now: number): Promise<DeviceState> {
  const install = (await deps.leases.holder(device)) ?? (await deps.claims.holder(device));
  const note = await deps.shelf.notes.of(deviceKey(device));
  return { install, lock: activeLock(note, now), owner: note.owner?.user ?? null };
}

async function withStates(deps: BotDeps, page: Page<Device>, now: number): Promise<Page<Device & DeviceState>> {
  const rows = page.items.map(async (device) => ({ ...device, ...(await stateOf(deps, device, now)) }));
  return { ...page, items: await Promise.all(rows) };
}
