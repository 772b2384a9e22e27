import type { InstallRecord } from '../../core/contracts/install.ts';
import { code, plain } from '../text.ts';
import { headline } from './headline.ts';
import { context, type Message, section, sentence } from './message.ts';
import { isoName, who } from './names.ts';
import { stepNumber } from './steps.ts';
import { duration } from './units.ts';

/** The newest installs, a line each. */
export function installList(records: readonly InstallRecord[], now: number): Message {
  if (records.length === 0) return sentence('No install was asked for yet. Try `/xepa help install`.');
  const lines = records.map((record) => line(record, now));
  return {
    text: `The newest ${records.length} installs, newest first.`,
    blocks: [section(lines.join('\n')), context('`/xepa status &lt;install&gt;` shows one of them in full.')],
  };
}

function line(record: InstallRecord, now: number): string {
  const { emoji, word } = headline(record);
  const step = record.phase === 'forward' ? `, ${stepNumber(record.at)}` : '';
  const what = `${plain(isoName(record.request.iso), 30)} on ${plain(record.device.name, 40)}`;
  const age = duration(now - record.createdAt);
  return `${emoji} ${word}${step}  ·  ${code(record.id, 20)}  ${what}  ·  ${who(record.request.requestedBy)}, ${age} ago`;
}
