import type { types } from '@slack/bolt';
import { startsFromDisk } from '../../core/console-round.ts';
import { consoleIsOpen, type InstallRecord, isFinal, journalOf } from '../../core/contracts/install.ts';
import { awaitsClearance } from '../../core/decisions.ts';
import { plain, quoteText } from '../text.ts';
import { installButtons } from './buttons.ts';
import { consoleUseText } from './console-use.ts';
import { decisionText } from './decision.ts';
import { eraseWarning } from './erases.ts';
import { headline } from './headline.ts';
import { context, fields, header, type Message, section } from './message.ts';
import { deviceText, who } from './names.ts';
import { failureText, outcomeText, totalTime, undoneText } from './outcome.ts';
import { questionText } from './question.ts';
import { recordedText } from './recorded.ts';
import { progressText, stepBlocks, stepNumber } from './steps.ts';
import { idText, mediumText, subjectName, subjectText } from './subject.ts';
import { when } from './when.ts';

/** `silentSince`: no worker was heard of since then, in milliseconds since 1970. */
interface RootParts {
  progress: boolean;
  silentSince?: number | undefined;
}

const allParts: RootParts = { progress: true };

/**
 * The one message of an install, edited in place.
 * @param parts without `progress` it is the same for two records that differ only in how far a download is
 */
export function rootMessage(record: InstallRecord, parts: RootParts = allParts): Message {
  const { emoji, word } = headline(record);
  const title = `${emoji} ${word}: ${record.device.name} · ${subjectName(record.request)}`;
  const body = isFinal(record) ? endedBlocks(record) : openBlocks(record, parts);
  return { text: rootText(record), blocks: [header(title), ...body, footer(record)] };
}

/** The state in one sentence, for notifications, screen readers and `/xepa status`. */
function rootText(record: InstallRecord): string {
  const { emoji, word } = headline(record);
  return `${emoji} ${word}: ${subjectText(record)}, install ${record.id}, requested by ${who(record.request.requestedBy)}.`;
}

function openBlocks(record: InstallRecord, parts: RootParts): types.KnownBlock[] {
  const silence = parts.silentSince === undefined ? [] : [context(silenceText(parts.silentSince))];
  return [factsSection(record), ...stateBlocks(record, parts), ...silence, ...installButtons(record)];
}

function silenceText(since: number): string {
  const utc = `${new Date(since).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const time = `<!date^${Math.floor(since / 1000)}^{date_short_pretty} {time}|${utc}>`;
  return `⚠️ No signal from a worker since ${time}. XEPA goes on by itself as soon as a worker runs.`;
}

function factsSection(record: InstallRecord): types.SectionBlock {
  const { approval } = record;
  const approved = approval?.state === 'approved' ? [`*Approval*\n${decisionText(record)}`] : [];
  const texts = [
    `*Device*\n${deviceText(record)}`,
    `*${record.request.iso ? 'ISO' : 'Console'}*\n${mediumText(record.request)}`,
    `*Requested by*\n${who(record.request.requestedBy)}`,
    ...approved,
    ...(record.request.reason ? [`*Reason*\n${plain(record.request.reason, 300)}`] : []),
  ];
  return fields(texts);
}

function stateBlocks(record: InstallRecord, parts: { progress: boolean }): types.KnownBlock[] {
  if (record.phase === 'approval') return [section(approvalText(record))];
  if (record.phase === 'stuck') {
    return [section(`🆘 *XEPA could not put everything back and needs a person.* See the thread for what to do.`)];
  }
  if (record.phase === 'undo') return [section(undoText(record))];
  if (awaitsClearance(record)) return [section(laterText(record))];
  const current = consoleIsOpen(record) ? attendText(record, parts) : questionText(record);
  return stepBlocks(record, current === null ? parts : { ...parts, current });
}

function laterText(record: InstallRecord): string {
  const time = when(record.request.startAt ?? 0);
  return `🕒 *Begins ${time}*, if the policy still allows it then.\n${eraseWarning(record)}`;
}

function approvalText(record: InstallRecord): string {
  const because = quoteText(record.approval?.because ?? 'this device is protected', 300);
  return `🟡 *Somebody else has to approve this first* (${because}). The card is in the thread.\n${eraseWarning(record)}`;
}

function attendText(record: InstallRecord, parts: { progress: boolean }): string {
  const iso = !startsFromDisk(record);
  const ready = `🖥️ *${iso ? "The installer's screen" : 'The screen'} is ready*  ·  ${stepNumber(record.at)}`;
  const next = iso
    ? 'XEPA goes on when the installer powers off, or when you say so.'
    : 'When the system is shut down, or when you say so, the metal boots from its disk again.';
  const how = `Get your own link below; it opens once. ${next}`;
  const use = consoleUseText(record.console);
  const recorded = record.recording ? [recordedText(record.recording)] : [];
  const lines = [ready, ...(use === null ? [] : [use]), how, ...arrivingText(record, parts), ...recorded];
  return [...lines, eraseWarning(record)].join('\n');
}

const unkeptText =
  'The ISO is larger than the memory of the server: it is read where it is, which has to stay within reach.';
const unkeptVerified = 'Its checksum was compared before.';

/** While the installer runs from an ISO of which not all has come. */
function arrivingText(record: InstallRecord, parts: { progress: boolean }): string[] {
  const { stream, sha256 } = record.facts.media ?? {};
  if (stream?.kept === false)
    return [`📀 ${sha256 === '' ? `${unkeptText} No checksum was compared.` : `${unkeptText} ${unkeptVerified}`}`];
  if (stream?.verified !== false) return [];
  const how = parts.progress ? progressText(journalOf(record, 'attend')) : null;
  const then = record.request.iso?.sha256 === undefined ? '' : ' Its checksum is compared before the server may boot.';
  return [`📀 The ISO is still arriving.${then}`, ...(how === null ? [] : [how])];
}

function undoText(record: InstallRecord): string {
  const why = failureText(record);
  const cancelled = record.cancel ? `Cancelled by ${who(record.cancel.by)}.` : '';
  const lines = [why ? `❌ ${why}` : cancelled, '🟠 *Putting everything back*, in reverse order.'];
  return lines.filter((line) => line !== '').join('\n');
}

function endedBlocks(record: InstallRecord): types.KnownBlock[] {
  return [section(endedText(record))];
}

function endedText(record: InstallRecord): string {
  const { approval, request } = record;
  const requested = `requested by ${who(request.requestedBy)}`;
  if (record.phase === 'done') {
    const approved = approval ? `, ${decisionText(record)}` : '';
    return `${outcomeText(record)}. It took *${totalTime(record)}*; ${requested}${approved}.`;
  }
  if (record.phase === 'denied') {
    const how =
      approval?.state === 'expired' || !approval?.by ? 'Nobody approved in time' : capital(decisionText(record));
    return `${how}; ${requested}. The server was not touched.`;
  }
  const why = failureText(record) ?? endedBecause(record);
  return `${why}; ${requested}.\n${undoneText(record)}`;
}

/** Without a failure it was a person, or nobody in time. */
function endedBecause(record: InstallRecord): string {
  if (record.approval?.state === 'denied' || record.approval?.state === 'expired') return capital(decisionText(record));
  return record.cancel ? `Cancelled by ${who(record.cancel.by)}` : 'Ended';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function footer(record: InstallRecord): types.ContextBlock {
  return context(`${idText(record)}${isFinal(record) ? '  ·  the thread has the report' : ''}`);
}
