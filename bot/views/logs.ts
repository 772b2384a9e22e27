import type { AuditEvent } from '../../core/contracts/audit-event.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { StepName } from '../../core/contracts/step-name.ts';
import { code, plain, quoteText } from '../text.ts';
import { type LogLine, logLines, standing } from './log-lines.ts';
import { type Message, section } from './message.ts';
import { who } from './names.ts';

/** What somebody gets to read of an install. Device logs are redacted already, and escaped here. */
export interface Logs {
  record: InstallRecord;
  events: readonly AuditEvent[];
  lines: number;
  step?: StepName | undefined;
  /** What the server itself had to say; null where it was not asked. */
  device: { serial: string; qemu: string } | null;
  /** Why the server's part is missing, in mrkdwn. */
  missing?: string | undefined;
}

/** Slack takes 3000 characters in a section. */
const MAX_SECTION = 2_900;
/** More than that nobody reads in a message that only they see. */
const MAX_MESSAGE = 9_000;

/** The logs as a message; null when they are too long for one. */
export function logsMessage(logs: Logs): Message | null {
  const { record, device } = logs;
  const title = `*Install ${code(record.id)} of ${plain(record.device.name)}*`;
  const state = standing(record).map((text) => quoteText(text, 600));
  const history = logLines(logs.events, logs).map(messageLine);
  const parts = [
    [title, ...state].join('\n'),
    ...inSections(history.length > 0 ? history : ['Nothing was recorded that fits.']),
    ...(device ? [...preformatted('Serial port', device.serial), ...preformatted('QEMU', device.qemu)] : []),
    ...(logs.missing ? [`_${logs.missing}_`] : []),
  ];
  if (parts.join('').length > MAX_MESSAGE) return null;
  const text = `The logs of install ${record.id} of ${plain(record.device.name)}. ${state[0]}`;
  return { text, blocks: parts.map(section) };
}

/** The same as a text file, in full. */
export function logsFile(logs: Logs): { name: string; text: string } {
  const { record, device } = logs;
  const head = [`Install ${record.id} of ${record.device.name} (${record.device.provider}/${record.device.id})`];
  const parts = [
    [...head, ...standing(record)].join('\n'),
    logLines(logs.events, logs).map(fileLine).join('\n') || 'Nothing was recorded that fits.',
    ...(device ? [`Serial port\n${device.serial || '(nothing)'}`, `QEMU\n${device.qemu || '(nothing)'}`] : []),
  ];
  return { name: `${record.id}-log.txt`, text: `${parts.join('\n\n')}\n` };
}

function messageLine({ at, what, actor, detail }: LogLine): string {
  const by = actor.via === 'system' ? '' : ` by ${who(actor)}`;
  return `\`${new Date(at).toISOString().slice(11, 19)}\` ${plain(what)}${by}${detail ? `  ·  ${plain(detail, 200)}` : ''}`;
}

function fileLine({ at, what, actor, detail }: LogLine): string {
  const time = new Date(at).toISOString().replace('T', ' ').slice(0, 19);
  return `${time} UTC  ${what}  by ${actor.via}:${actor.id}${detail ? `  (${detail.replace(/\s+/g, ' ')})` : ''}`;
}

/** What somebody else wrote, as it stands, in as many sections as it needs: a backtick inside would end it. @param title mrkdwn */
export function preformatted(title: string, text: string): string[] {
  if (text === '') return [`*${title}*  nothing`];
  const lines = text.split('\n').map((line) => quoteText(line.replaceAll('`', "'"), 1_000));
  return inSections(lines).map((part, index) => `${index === 0 ? `*${title}*\n` : ''}\`\`\`${part}\`\`\``);
}

/** Lines in as few parts as fit into sections, with room for what stands around them. */
function inSections(lines: readonly string[]): string[] {
  const parts: string[] = [];
  for (const line of lines) {
    const last = parts.at(-1);
    if (last === undefined || last.length + line.length > MAX_SECTION - 100) parts.push(line);
    else parts[parts.length - 1] = `${last}\n${line}`;
  }
  return parts;
}
