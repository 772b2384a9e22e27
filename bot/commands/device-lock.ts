import { type Device, deviceKey } from '../../core/contracts/device.ts';
import { announce, demandVoice } from '../announce.ts';
import type { Asker, BotDeps } from '../deps.ts';
import { lockDevice, unlockDevice } from '../device-decisions.ts';
import { deviceFor } from '../device-for.ts';
import { authorise } from '../judging.ts';
import { elsewhere } from '../other-workspaces.ts';
import { recordingRefusals } from '../refusals.ts';
import { code } from '../text.ts';
import { lockLifted } from '../views/announcements.ts';
import { sentence } from '../views/message.ts';
import { untilText } from '../views/until.ts';
import { parseMoment } from './moment.ts';
import type { Command } from './spec.ts';
import { parseReason } from './typed.ts';

export const deviceLockCommand: Command = {
  spec: {
    verb: 'device lock',
    action: 'lock-device',
    summary: 'Keeps a server for you: nobody else installs on it or changes it.',
    target: { name: 'device', required: true },
    options: {
      reason: { value: '"TEXT"', about: 'why, for those who are held up', required: true },
      until: { value: '2h|18:00|DATE', about: 'when it ends by itself; times without a zone are UTC' },
    },
    examples: ['/xepa device lock web-07 --reason "swapping its disk" --until 2h'],
  },
  run: recordingRefusals('lock-device', async (deps, asker, { target = '', options }) => {
    const { device } = await deviceFor(deps, asker, { action: 'lock-device', typed: target });
    const now = deps.clock.now();
    const reason = parseReason(options.reason ?? '');
    const until = options.until === undefined ? null : parseMoment(options.until, now);
    const wish = { device, team: asker.team, by: asker.user, now, reason, until };
    await deps.shelf.notes.change(deviceKey(device), (note) => lockDevice(note, wish));
    const name = code(device.name, 100);
    const running = (await deps.leases.holder(device)) ?? (await deps.claims.holder(device));
    const install = running === elsewhere ? 'What runs there' : `Install ${code(running ?? '', 20)}`;
    const goesOn = running === null ? '' : ` ${install} is not stopped by that.`;
    await asker.tell(sentence(`🔒 ${name} is locked for you ${untilText(until, now)}.${goesOn}`));
  }),
};

export const deviceUnlockCommand: Command = {
  spec: {
    verb: 'device unlock',
    action: 'lock-device',
    summary: "Takes your lock from a server; with a reason also somebody else's, where you may.",
    target: { name: 'device', required: true },
    options: { reason: { value: '"TEXT"', about: "why, to lift somebody else's lock" } },
    examples: ['/xepa device unlock web-07', '/xepa device unlock web-07 --reason "Bob is on holiday"'],
  },
  run: recordingRefusals('lock-device', async (deps, asker, { target = '', options }) => {
    const { device, noted } = await deviceFor(deps, asker, { action: 'lock-device', typed: target });
    const now = deps.clock.now();
    const lock = await deps.shelf.notes.lockOf(deviceKey(device), now);
    // What was locked in another workspace nobody here can unlock: `unlockDevice` says so.
    const foreign = lock && ![asker.user, elsewhere].includes(lock.by) ? lock : null;
    const reason =
      foreign && options.reason !== undefined
        ? await mayOverride(deps, asker, { device: noted, reason: options.reason })
        : null;
    const override = foreign && reason !== null ? { of: foreign.by, reason } : null;
    const wish = { device, team: asker.team, by: asker.user, now, override };
    const { changed } = await deps.shelf.notes.change(deviceKey(device), (note) => unlockDevice(note, wish));
    const name = code(device.name, 100);
    if (!changed) return asker.tell(sentence(`${name} is not locked.`));
    if (!foreign || reason === null) return asker.tell(sentence(`🔓 ${name} is not locked any more.`));
    await announce(deps, asker, lockLifted({ device, lock: foreign, by: asker.user, reason }));
  }),
};

/** @returns the reason @throws XepaError not-allowed, bad-input */
async function mayOverride(deps: BotDeps, asker: Asker, wish: { device: Device; reason: string }): Promise<string> {
  await authorise(deps, asker, { action: 'override', ...wish });
  await demandVoice(deps, asker);
  return parseReason(wish.reason);
}
