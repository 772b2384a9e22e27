import { type InstallRecord, isTroubleshooting } from '../../core/contracts/install.ts';
import { isAfter, pointOfNoReturn } from '../../core/contracts/step-name.ts';
import { plain, quoteText } from '../text.ts';
import { reasonsText } from './reasons.ts';
import { stepWordsOf } from './step-titles.ts';
import { subjectName } from './subject.ts';
import { duration } from './units.ts';

/** "Failed while fetching the ISO: …", or that it was not let begin; null when nothing failed. */
export function failureText(record: InstallRecord): string | null {
  const { refused } = record.clearance ?? {};
  if (refused) {
    const why = reasonsText(refused.reasons.slice(0, 3), refused.people).replace(/\.$/, '');
    return `It did not begin, for when its time had come the policy said no: ${why}`;
  }
  if (!record.failure) return null;
  const { doing } = stepWordsOf(record, record.failure.step);
  return `Failed while “${doing}”: ${quoteText(record.failure.message, 600)}`;
}

/** How a finished install ended: seen running, installed and not heard of since, or left in rescue. */
export function outcomeText(record: InstallRecord): string {
  const device = plain(record.device.name);
  if (isTroubleshooting(record)) return backText(record, device);
  const iso = plain(subjectName(record.request));
  if (record.facts.verify?.inRescue) {
    return `${iso} was installed on ${device}, which stays in its rescue system. ${howToLogIn}`;
  }
  if (record.facts.verify?.up === false) {
    return `${iso} was installed on ${device}, but nothing answered after the restart. Some systems open no port by themselves`;
  }
  return `${iso} runs on ${device}`;
}

const howToLogIn =
  'XEPA’s key is removed from it: log in as your provider’s panel says, or restart rescue there with a key of yours';

/** Nothing was installed: what counts is that the server does again what it did before. */
function backText({ facts }: InstallRecord, device: string): string {
  if (facts.verify?.inRescue) return `${device} stays in its rescue system. ${howToLogIn}`;
  if (facts.verify?.up !== false) return `${device} is back: it runs from its disk again`;
  return `${device} was started from its disk again, but nothing answered. Some systems open no port by themselves`;
}

/** What was put back, as a list in words, in the order in which it happened; and what cannot be put back. */
export function undoneText(record: InstallRecord): string {
  const parts = record.journal
    .toReversed()
    .flatMap((entry) => (entry.state === 'undone' ? (stepWordsOf(record, entry.step).undone ?? []) : []));
  const back = parts.length === 0 ? 'Nothing had to be put back.' : `Put back: ${parts.join('; ')}.`;
  return `${back} ${diskText(record)}`;
}

/** What could not be undone, with the last error of each. */
export function gaveUpText(record: InstallRecord): string {
  const failed = record.journal.filter((entry) => entry.state === 'undo-failed');
  // They share one section, however many they are.
  const room = Math.min(400, Math.floor(2_800 / failed.length) - 40);
  const lines = failed.map(
    (entry) =>
      `• *${stepWordsOf(record, entry.step).short}*: ${quoteText(entry.error?.message ?? 'no reason given', room)}`,
  );
  return lines.join('\n');
}

/** From the request to the last change. */
export function totalTime(record: InstallRecord): string {
  const ends = record.journal.map((entry) => entry.endedAt ?? entry.startedAt);
  return duration(Math.max(record.createdAt, ...ends) - record.createdAt);
}

function diskText(record: InstallRecord): string {
  const now = record.journal.some((entry) => entry.step === pointOfNoReturn || isAfter(entry.step, pointOfNoReturn));
  // Where the console was opened again, the journal begins anew, and the disk had been in the VM before.
  const launched = now || record.facts.again !== undefined;
  if (!launched || record.facts.plan?.block?.scratchMb !== undefined) return 'No disk was written.';
  return isTroubleshooting(record)
    ? 'What was changed on the disk at the console stays.'
    : 'The installer had the disk in its hands: what it overwrote is gone.';
}
