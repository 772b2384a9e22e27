import type { RecordingTerms } from '../../core/contracts/recording.ts';
import { duration } from './units.ts';

const DAY_MS = 86_400_000;

/** "kept for 30 days". */
export function keptFor({ keepMs }: Pick<RecordingTerms, 'keepMs'>): string {
  const days = keepMs / DAY_MS;
  if (!Number.isInteger(days)) return `kept for ${duration(keepMs)}`;
  return `kept for ${days} day${days === 1 ? '' : 's'}`;
}

/** To whoever is about to use a console: they have to know it before they type. */
export function recordedText(recording: RecordingTerms): string {
  return `⏺ This console is recorded; recordings are ${keptFor(recording)}.`;
}
