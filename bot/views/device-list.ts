import { type Device, deviceKey } from '../../core/contracts/device.ts';
import { elsewhere } from '../other-workspaces.ts';
import type { Page } from '../page.ts';
import type { Freeze, Situation } from '../policy/types.ts';
import { code, plain } from '../text.ts';
import { type InventoryAge, inventoryAgeText, olderText } from './inventory-age.ts';
import { freezeText, lockText } from './lock.ts';
import { context, type Message, sentence } from './message.ts';
import { ownerText } from './names.ts';
import { lineSections, pageButtons, pageText } from './paging.ts';

export const devicePageIds = { earlier: 'xepa.devices.earlier', later: 'xepa.devices.later' } as const;

/**
 * What a device is doing: the id of its install, or `elsewhere` for one of another workspace, the lock that counts, and
 * whose it is: a Slack user id, or `elsewhere`.
 */
export interface DeviceState {
  install: string | null;
  lock: Situation['lock'];
  owner: string | null;
}

interface DeviceListView {
  rows: Page<Device & DeviceState>;
  query: string;
  freezes: readonly Freeze[];
  /** When the providers were read, and who of them did not answer. */
  inventory: InventoryAge;
  now: number;
}

/** Devices, a line each. */
export function deviceList(view: DeviceListView): Message {
  const { rows, query, now } = view;
  const asked = query === '' ? '' : ` with ${code(query, 100)}`;
  const age = inventoryAgeText(view.inventory, now);
  if (rows.total === 0) return sentence(`There is no device${asked}. ${age}`);
  const last = rows.first + rows.items.length - 1;
  const title = `Devices ${rows.first}–${last} of ${rows.total}${asked}${pageText(rows)}.`;
  const frozen = view.freezes.slice(0, 5).map((freeze) => context(`🧊 ${freezeText(freeze, now, 100)}`));
  return {
    text: title,
    blocks: [
      ...lineSections(
        rows.items.map((row) => line(row, view)),
        5,
      ),
      ...frozen,
      context(`${title} ${age} \`/xepa device show &lt;name&gt;\` shows one in full.`),
      ...pageButtons(devicePageIds, rows, query),
    ],
  };
}

/** "🟢 free", "🔵 in install `xe-…`", "🔒 locked by …": a sign and words, never the sign alone. */
export function deviceStateText({ install, lock }: Omit<DeviceState, 'owner'>, now: number, max = 60): string {
  const parts = [
    ...(install === null ? [] : [`🔵 ${install === elsewhere ? 'in use' : `in install ${code(install, 20)}`}`]),
    ...(lock === null ? [] : [`🔒 ${lockText(lock, now, max)}`]),
  ];
  return parts.length === 0 ? '🟢 free' : parts.join('  ·  ');
}

function line(row: Device & DeviceState, { inventory, now }: DeviceListView): string {
  const older = olderText(inventory, row, now);
  const parts = [
    ...[row.address ?? '', deviceKey(row)].filter((part) => part !== '').map((part) => plain(part, 60)),
    ...(row.tags.length > 0 ? [`tags ${plain(row.tags.join(', '), 80)}`] : []),
    ...(row.owner === null ? [] : [`owner ${ownerText(row.owner)}`]),
    ...(older === null ? [] : [`🕒 ${older}`]),
  ];
  return `${code(row.name, 50)}  ${deviceStateText(row, now)}\n      ${parts.join('  ·  ')}`;
}
