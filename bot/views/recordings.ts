import type { types } from '@slack/bolt';
import { bytes } from '../../core/bytes.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { type RecordingEntry, stateOf } from '../../core/contracts/recording.ts';
import { mention, plain } from '../text.ts';
import { actionIds, PLAY_ID } from './buttons.ts';
import { context, type Message, section, sentence } from './message.ts';
import { keptFor } from './recorded.ts';
import { duration } from './units.ts';
import { when } from './when.ts';

/** Each is a block, and Slack takes fifty. */
const MOST = 40;

/** The recordings of one install, each with its button; the newest first. */
export function recordingList(
  record: InstallRecord,
  seen: { entries: readonly RecordingEntry[]; now: number },
): Message {
  const { entries, now } = seen;
  const device = plain(record.device.name);
  if (entries.length === 0) return sentence(noneText(record, device));
  const count = entries.length === 1 ? 'one recording' : `${entries.length} recordings`;
  const title = `⏺ There ${entries.length === 1 ? 'is' : 'are'} ${count} of the console of ${device}, install ${record.id}.`;
  const more = entries.length > MOST ? ` The newest ${MOST} are shown; \`--play\` plays the others too.` : '';
  const kept = entries.map(({ keepMs }) => keptFor({ keepMs })).at(0);
  return {
    text: title,
    blocks: [
      section(title),
      ...entries.slice(0, MOST).map((entry) => row(record, entry, now)),
      context(`Each is ${kept} after its end. Playing one is on the audit trail.${more}`),
    ],
  };
}

function noneText(record: InstallRecord, device: string): string {
  const why = record.recording
    ? `recordings are ${keptFor(record.recording)}, and nobody has had the console open in that time`
    : 'the policy did not ask for any';
  return `There is no recording of the console of ${device}, install ${record.id}: ${why}.`;
}

function row(record: InstallRecord, entry: RecordingEntry, now: number): types.SectionBlock {
  const { id, user, right, startedAt, seenAt, bytes: size } = entry;
  const did = right === 'view' ? '👀' : '🖥️';
  const length = `${duration(seenAt - startedAt)}, ${bytes(size)}`;
  const notes = { 'going-on': ' · is being made now', whole: '', broken: ' · its end is missing' };
  return {
    ...section(`${did} ${mention(user)} · ${when(startedAt)} · ${length}${notes[stateOf(entry, now)]}\n\`${id}\``),
    accessory: {
      type: 'button',
      action_id: PLAY_ID,
      value: `${record.id} ${id}`,
      text: { type: 'plain_text', text: 'Play' },
      accessibility_label: `Play recording ${id}`,
    },
  };
}

/** One person's link. As with a console's, the address stands only in the button. */
export function recordingLink(record: InstallRecord, link: { url: string; ttlSeconds: number }): Message {
  const text = `A recording of the console of ${plain(record.device.name)} is one click away. The link is for you alone and opens once, within ${duration(link.ttlSeconds * 1000)}.`;
  return {
    text,
    blocks: [
      section(`⏺ ${text}`),
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            action_id: actionIds.openLink,
            url: link.url,
            style: 'primary',
            text: { type: 'plain_text', text: 'Open the player' },
            accessibility_label: 'Open the player in the browser',
          },
        ],
      },
      context(`Too late, or opened already? Type \`/xepa recordings ${record.id}\` again.`),
    ],
  };
}
