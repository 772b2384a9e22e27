import type { types } from '@slack/bolt';
import { type Device, deviceKey } from '../../core/contracts/device.ts';
import type { DeviceProfile } from '../../core/contracts/device-profile.ts';
import { limits } from '../block-kit/limits.ts';
import type { Freeze } from '../policy/types.ts';
import { code, label, plain, quoteText } from '../text.ts';
import { DEVICE_CONSOLE_ID } from './buttons.ts';
import { type DeviceState, deviceStateText } from './device-list.ts';
import { type InventoryAge, olderText } from './inventory-age.ts';
import { freezeText } from './lock.ts';
import { context, type Message, section, sentence } from './message.ts';
import { ownerText } from './names.ts';
import { duration } from './units.ts';

interface DeviceCardView extends DeviceState {
  /** As its provider describes it. */
  device: Device;
  /** Tags that XEPA keeps. */
  ours: readonly string[];
  freeze: Freeze | null;
  /** What the last install learnt of its hardware. */
  profile: DeviceProfile | null;
  /** The list that it is from. */
  inventory: InventoryAge;
  now: number;
}

/** One device in full. */
export function deviceCard(view: DeviceCardView): Message {
  const { device, owner, freeze, now } = view;
  const state = deviceStateText(view, now, 300);
  const lines = [
    `*Device*  ${code(device.name, 100)} · ${plain(deviceKey(device), 150)}`,
    `*State*  ${state}`,
    ...(freeze ? [`*Frozen*  🧊 ${freezeText(freeze, now)}`] : []),
    ...(device.address === undefined ? [] : [`*Address*  ${code(device.address, 100)}`]),
    `*Tags of the provider*  ${tagsText(device.tags)}`,
    `*Tags of XEPA*  ${tagsText(view.ours)}`,
    `*Owner*  ${owner === null ? 'nobody' : ownerText(owner)}`,
  ];
  return {
    text: `${code(device.name, 100)}: ${state}.`,
    blocks: [
      section(lines.join('\n')),
      ...hardwareBlocks(view.profile, now),
      ...consoleRow(view),
      context(readText(view)),
    ],
  };
}

/** When its provider told of it, and why that was not just now. */
function readText({ device, inventory, now }: DeviceCardView): string {
  const older = olderText(inventory, device, now);
  if (older === null) return `Read from the provider ${duration(now - inventory.at)} ago.`;
  const { message = '' } = inventory.problems.find(({ provider }) => provider === device.provider) ?? {};
  return `What the provider says is ${older}. ${plain(message, 300)}`.trim();
}

/** As many lines as a section holds. */
function hardwareBlocks(profile: DeviceProfile | null, now: number): Message['blocks'] {
  const summary = profile?.summary ?? [];
  if (!profile || summary.length === 0) return [];
  const head = `*Hardware*  ${plain(profile.model, 100)}, as seen ${duration(now - profile.seenAt)} ago`;
  return [section([head, ...summary.slice(0, 16).map((line) => `• ${quoteText(line, 160)}`)].join('\n'))];
}

/** Shows the system on its disk; the question with what that means comes first. Not while something else has the server. */
function consoleRow({ device, install }: DeviceCardView): types.ActionsBlock[] {
  const value = deviceKey(device);
  if (install !== null || value.length > limits['Button.value'].max) return [];
  const button: types.Button = {
    type: 'button',
    action_id: DEVICE_CONSOLE_ID,
    value,
    text: { type: 'plain_text', text: 'Console…' },
    accessibility_label: label(`Console on ${device.name}, which is restarted for it`, 75),
  };
  return [{ type: 'actions', elements: [button] }];
}

/** What is noted of a device now, for who changed it. */
export function deviceNoted(view: {
  device: Device;
  ours: readonly string[];
  owner: string | null;
  changed: boolean;
}): Message {
  const { device, ours, owner, changed } = view;
  const start = changed ? '🏷️' : 'It was so already:';
  const whose = owner === null ? 'It has no owner' : `Its owner is ${ownerText(owner)}`;
  return sentence(
    `${start} ${code(device.name, 100)} has the tags of XEPA ${tagsText(ours)}, and of its provider ${tagsText(device.tags)}. ${whose}.`,
  );
}

function tagsText(tags: readonly string[]): string {
  if (tags.length === 0) return 'none';
  return tags
    .slice(0, 20)
    .map((tag) => code(tag, 40))
    .join(', ');
}
