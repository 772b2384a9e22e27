import type { Device } from '../../core/contracts/device.ts';
import type { Freeze, Situation } from '../policy/types.ts';
import { code, mention, plain } from '../text.ts';
import { freezeText, withTag } from './lock.ts';
import { context, type Message, section, sentence } from './message.ts';
import { ownerText } from './names.ts';

/** For the channel: somebody took away a lock that was not their own. Who had it is told by the mention. */
export function lockLifted(view: {
  device: Device;
  lock: NonNullable<Situation['lock']>;
  by: string;
  reason: string;
}): Message {
  const { device, lock, by, reason } = view;
  return sentence(
    `🔓 ${mention(by)} lifted the lock of ${mention(lock.by)} from ${code(device.name, 100)} (${plain(lock.reason, 300)}): ${plain(reason, 300)}`,
  );
}

/**
 * For the channel: a device lost a tag that made approvals necessary, got one that makes them needless, or was taken from
 * its owner (a Slack user id, or `elsewhere`) where a rule hangs on whose it is.
 */
export function protectionWeakened(view: {
  device: Device;
  dropped: readonly string[];
  given: readonly string[];
  takenFrom: string | null;
  by: string;
}): Message {
  const tags = (names: readonly string[]) => names.map((tag) => code(tag, 60)).join(', ');
  const device = code(view.device.name, 100);
  const done = [
    ...(view.dropped.length > 0 ? [`took the tag ${tags(view.dropped)} from ${device}`] : []),
    ...(view.given.length > 0 ? [`gave the tag ${tags(view.given)} to ${device}`] : []),
    ...(view.takenFrom === null ? [] : [`took ${device} from its owner, ${ownerText(view.takenFrom)}`]),
  ];
  return sentence(`⚠️ ${mention(view.by)} ${done.join(' and ')}: installing on it may need no approval any more.`);
}

/** For the channel: nothing is installed any more, or nothing with a tag. @param devices how many it concerns now */
export function frozen(view: { freeze: Freeze; devices: number | null; now: number }): Message {
  const { freeze, devices, now } = view;
  const text = `🧊 ${freezeText(freeze, now)}`;
  const thaw = freeze.tag === null ? '/xepa thaw' : `/xepa thaw "${freeze.tag}"`;
  const count = devices === null ? '' : `Devices that it concerns now: ${devices}.  ·  `;
  const hint = `${count}New installs are refused; running ones go on.  ·  ${code(thaw, 120)} ends it early.`;
  return { text, blocks: [section(text), context(hint)] };
}

/** For the channel: a freeze was ended before its time. @param view `rest`: one of the same that another workspace made */
export function thawed(view: { freeze: Freeze; by: string; rest: Freeze | null; now: number }): Message {
  const { freeze, by, rest, now } = view;
  const what = `everything${withTag(freeze.tag)}, which ${mention(freeze.by)} had frozen (${plain(freeze.reason, 300)})`;
  const then = rest ? `It makes no difference yet: ${freezeText(rest, now)}.` : 'Installs are taken again.';
  return sentence(`☀️ ${mention(by)} thawed ${what}. ${then}`);
}
