import type { RecordingView } from '../../recordings/survey-contract.ts';

/** "1:02:03", or "2:03" where there are no hours. */
export function clock(ms: number): string {
  const { hours, minutes, seconds } = parts(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** The same to be heard: "1 hour 2 minutes 3 seconds". */
export function spoken(ms: number): string {
  const { hours, minutes, seconds } = parts(ms);
  const said = [unit(hours, 'hour'), unit(minutes, 'minute'), unit(seconds, 'second')].filter((text) => text !== '');
  return said.length === 0 ? '0 seconds' : said.join(' ');
}

/** Whose screen it was, and when. */
export function aboutWords({ name, right, startedAt }: Pick<RecordingView, 'name' | 'right' | 'startedAt'>): string {
  const when = new Date(startedAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  return `Recording: ${right === 'view' ? 'seen by' : 'screen of'} ${name}, ${when}`;
}

/** What is wrong or odd with it; null where nothing is. */
export function stateWords({ spoilt, goesOn, end }: Pick<RecordingView, 'spoilt' | 'goesOn' | 'end'>): string | null {
  if (spoilt) return 'Damaged: what follows its end here cannot be trusted';
  if (goesOn) return 'Still being recorded';
  return end === null ? 'Ends early: what recorded it was stopped' : null;
}

export function refusedTitle(code: string): string {
  return titles[code] ?? 'This recording cannot be played';
}

const titles: Record<string, string> = {
  'bad-link': 'This link is not complete',
  'expired-link': 'This link has expired',
  'used-link': 'This link was already used',
  'other-recording': 'No recording is open in this browser',
  'too-fast': 'Too many tries',
};

function parts(ms: number): { hours: number; minutes: number; seconds: number } {
  const all = Math.floor(ms / 1000);
  return { hours: Math.floor(all / 3600), minutes: Math.floor(all / 60) % 60, seconds: all % 60 };
}

function unit(count: number, name: string): string {
  if (count === 0) return '';
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
