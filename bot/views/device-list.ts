import { type Device, deviceKey } from '../../core/contracts/device.ts';
import { elsewhere } from '../other-workspaces.ts';
import type { Page } from '../page.ts';
import type { Freeze, Situation } from '../policy/types.ts';
import { code, plain } from '../text.ts';
import { freezeText, lockText } from './lock.ts';
import { context, type Message, sentence } from './message.ts';
import { lineSections, pageButtons, pageText } from './paging.ts';
import { duration } from './units.ts';

export const devicePageIds = { earlier: 'xepa.devices.earlier', later: 'xepa.devices.later' } as const;

/** What a device is doing: the id of its install, or `elsewhere` for one of another workspace, and the lock that counts. */
export interface DeviceState {
  install: string | null;
  lock: Situation['lock'];
}

interface DeviceListView {
  rows: Page<Device & DeviceState>;
  query: string;
  freezes: readonly Freeze[];
  /** When the providers were read, and who of them did not answer. */
  readAt: number;
  silent: readonly string[];
  now: number;
}

/** Devices, a line each. */
export function deviceList(view: DeviceListView): Message {
  const { rows, query, now } = view;
  const asked = query === '' ? '' : ` with ${code(query, 100)}`;
  if (rows.total === 0) return sentence(`There is no device${asked}. ${ageText(view)}`);
  const last = rows.first + rows.items.length - 1;
  const title = `Devices ${rows.first}–${last} of ${rows.total}${asked}${pageText(rows)}.`;
  const frozen = view.freezes.slice(0, 5).map((freeze) => context(`🧊 ${freezeText(freeze, now, 100)}`));
  return {
    text: title,
    blocks: [
      ...lineSections(
        rows.items.map((row) => line(row, now)),
        5,
      ),
      ...frozen,
      context(`${title} ${ageText(view)} \`/xepa device show &lt;name&gt;\` shows one in full.`),
      ...pageButtons(devicePageIds, rows, query),
    ],
  };
}

/** "🟢 free", "🔵 in install `xe-…`", "🔒 locked by …": a sign and words, never the sign alone. */
export function deviceStateText({ install, lock }: DeviceState, now: number, max = 60): string {
  const parts = [
    ...(install === null ? [] : [`🔵 ${install === elsewhere ? 'in use' : `in install ${code(install, 20)}`}`]),
    ...(lock === null ? [] : [`🔒 ${lockText(lock, now, max)}`]),
  ];
  return parts.length === 0 ? '🟢 free' : parts.join('  ·  ');
}

function line(row: Device & DeviceState, now: number): string {
  const tags = row.tags.length > 0 ? `  ·  tags ${plain(row.tags.join(', '), 80)}` : '';
  const where = [row.address ?? '', deviceKey(row)].filter((part) => part !== '').map((part) => plain(part, 60));
  return `${code(row.name, 50)}  ${deviceStateText(row, now)}\n      ${where.join('  ·  ')}${tags}`;
}

/** "Read from the providers 2 min ago; no answer from lab." */
function ageText(view: DeviceListView): string {
  const silent = view.silent.slice(0, 5).map((name) => plain(name, 60));
  const gaps = silent.length > 0 ? `; no answer from ${silent.join(', ')}` : '';
  return `Read from the providers ${duration(view.now - view.readAt)} ago${gaps}.`;
}
