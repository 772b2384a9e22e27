import type { z } from 'zod';
import { badInput } from './bad-input.ts';
import { code } from './text.ts';

/**
 * One of the words that an option takes, in any case; undefined where nothing was typed.
 * @throws XepaError bad-input
 */
export function oneOf<T extends string>(
  words: z.ZodType<T> & { options: readonly T[] },
  option: string,
  typed: string | undefined,
): T | undefined {
  if (typed === undefined) return undefined;
  const word = words.safeParse(typed.toLowerCase());
  if (word.success) return word.data;
  throw badInput(`\`${option}\` takes ${words.options.map((one) => code(one)).join(' or ')}, not ${code(typed, 40)}.`);
}
