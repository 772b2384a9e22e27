import type { types } from '@slack/bolt';
import { bytes } from '../../core/bytes.ts';
import { type InstallRecord, type JournalEntry, journalOf } from '../../core/contracts/install.ts';
import { isAfter, type StepName, shownSteps, stepPlace } from '../../core/contracts/step-name.ts';
import { quoteText } from '../text.ts';
import { context, section } from './message.ts';
import { stepWordsOf } from './step-titles.ts';
import { bar, duration } from './units.ts';

/**
 * The steps in three compact groups: done with their times, the current one at length, the later ones dimmed.
 * @param options `current` takes the place of what is said of the current step by itself
 */
export function stepBlocks(
  record: InstallRecord,
  options: { progress: boolean; current?: string },
): types.KnownBlock[] {
  const shown = shownSteps(record);
  const done = shown.filter((step) => journalOf(record, step)?.state === 'done' && step !== record.at);
  const later = shown.filter((step) => isAfter(step, record.at));
  return [
    ...(done.length > 0 ? [context(`*Done*   ${done.map((step) => doneText(record, step)).join('  ·  ')}`)] : []),
    section(options.current ?? currentText(record, options)),
    ...(later.length > 0
      ? [context(`*Next*   ${later.map((step) => stepWordsOf(record, step).short).join('  ·  ')}`)]
      : []),
  ];
}

/** Every step that was done, with its time, for the report at the end. */
export function stepTimes(record: InstallRecord): string {
  const done = shownSteps(record).filter((step) => journalOf(record, step)?.state === 'done');
  return done.map((step) => doneText(record, step)).join('  ·  ');
}

/** "step 7 of 15" */
export function stepNumber(record: InstallRecord, step: StepName = record.at): string {
  return `step ${stepPlace(record, step)} of ${shownSteps(record).length}`;
}

/** How far a step is, with a bar where the total is known; null when it told nothing. */
export function progressText(entry: JournalEntry | undefined): string | null {
  const progress = entry?.progress;
  if (!progress) return null;
  const total = progress.unit === 'percent' ? 100 : progress.total;
  const speed = speedText(progress);
  if (total === null || total <= 0) return `${bytes(progress.done)} so far${speed}`;
  const share = Math.min(1, progress.done / total);
  const amount = progress.unit === 'bytes' ? `  ·  ${bytes(progress.done)} of ${bytes(total)}` : '';
  return `${bar(share)}  *${Math.floor(share * 100)} %*${amount}${speed}`;
}

/** "  ·  12 MB/s, 40 s left"; nothing where it is not known, or stands still. */
function speedText({ done, total, perSecond = 0 }: NonNullable<JournalEntry['progress']>): string {
  if (perSecond <= 0) return '';
  const left = total !== null && total > done ? `, ${duration(((total - done) / perSecond) * 1_000)} left` : '';
  return `  ·  ${bytes(perSecond)}/s${left}`;
}

function currentText(record: InstallRecord, options: { progress: boolean }): string {
  const entry = journalOf(record, record.at);
  const words = stepWordsOf(record, record.at);
  const lines = [`🔵 *${words.doing}*  ·  ${stepNumber(record)}`];
  const progress = options.progress ? progressText(entry) : null;
  if (progress) lines.push(progress);
  if (entry?.why) lines.push(`Waiting: ${quoteText(entry.why, 300)}`);
  if (entry && entry.failures > 0) lines.push(`⚠️ Tried ${times(entry.failures)} without success; trying again.`);
  if (words.usual) lines.push(`_Usually ${words.usual}._`);
  return lines.join('\n');
}

function doneText(record: InstallRecord, step: StepName): string {
  const entry = journalOf(record, step);
  const time = entry?.endedAt === undefined ? '' : ` ${duration(entry.endedAt - entry.startedAt)}`;
  return `✓ ${stepWordsOf(record, step).short}${time}`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
