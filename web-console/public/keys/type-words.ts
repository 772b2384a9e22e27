import type { Outcome } from './typist.ts';

const SHOWN = 8;
const figures = new Intl.NumberFormat('en');

/** What stands in the way, before anything is typed. */
export function missingWords(missing: readonly string[], keyboard: string): string {
  const shown = missing.slice(0, SHOWN).map(nameOf).join(' ');
  const more = missing.length > SHOWN ? ` and ${missing.length - SHOWN} more` : '';
  return `Cannot be typed on a keyboard “${keyboard}”: ${shown}${more}`;
}

/** A character as it is, or its number where nobody would see it. */
function nameOf(character: string): string {
  if (!/^[\p{C}\p{Z}\p{M}]$/u.test(character)) return character;
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

export function sizeWords(count: number, ms: number): string {
  return count === 0 ? '' : `${characters(count)}, about ${longTime(ms)}`;
}

export function progressWords(done: number, total: number, msLeft: number): string {
  return `${figures.format(done)} of ${characters(total)}, ${longTime(msLeft)} left`;
}

/** @param kept whether what was not typed is still in the field */
export function outcomeWords(outcome: Outcome, typed: number, kept: boolean): string {
  if (outcome === 'done') return `Typed ${characters(typed)}.`;
  const rest = kept ? ' What is left is still here.' : '';
  if (outcome === 'stopped') return `Stopped after ${characters(typed)}.${rest}`;
  return `The screen went away after about ${characters(typed)}. Look at what arrived before you go on.${rest}`;
}

function characters(count: number): string {
  return `${figures.format(count)} ${count === 1 ? 'character' : 'characters'}`;
}

/** Rounded up: nobody minds to be done early. */
function longTime(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60;
  return rest === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${rest} s`;
}
