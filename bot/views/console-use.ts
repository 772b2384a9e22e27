import type { ConsoleRight } from '../../core/contracts/console-right.ts';
import type { ConsoleUse } from '../../core/contracts/console-use.ts';
import { mention } from '../text.ts';
import { duration } from './units.ts';

/** So many people are named; the others are counted. */
const NAMED = 6;

/** "🖥️ At the console: @alice ⌨️, @carol  ·  👀 Watching: @bob", where ⌨️ has who may type; who was there last, or null when nobody came yet. */
export function consoleUseText(use: ConsoleUse | undefined): string | null {
  if (!use) return null;
  const working = names(use, 'control');
  const watching = names(use, 'view');
  const parts = [
    ...(working === '' ? [] : [`🖥️ At the console: ${working}`]),
    ...(watching === '' ? [] : [`👀 Watching: ${watching}`]),
  ];
  return parts.length > 0 ? parts.join('  ·  ') : lastText(use);
}

function names(use: ConsoleUse, right: ConsoleRight): string {
  const people = use.now.filter((one) => one.right === right).map((one) => nameOf(one.user, use));
  const more = people.length - NAMED;
  return [...people.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

function nameOf(user: string, { keyboard }: ConsoleUse): string {
  return keyboard?.holder?.user === user ? `${mention(user)} ⌨️` : mention(user);
}

function lastText({ last }: ConsoleUse): string | null {
  if (!last) return null;
  const how = last.right === 'control' ? 'was at the console' : 'watched';
  return `▫️ Nobody is at the console. ${mention(last.user)} ${how} for ${duration(last.ms)}.`;
}
