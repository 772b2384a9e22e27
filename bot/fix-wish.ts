import { FixKind } from '../core/contracts/fix.ts';
import { badInput } from './bad-input.ts';
import { code } from './text.ts';

/**
 * What somebody lets XEPA change on the installed system; nothing where they say nothing.
 * @param typed words between commas
 * @throws XepaError bad-input
 */
export function fixesWished(typed: string | undefined): { fix?: FixKind[] } {
  if (typed === undefined) return {};
  const words = typed.toLowerCase().split(',');
  const kinds = words.map((word) => FixKind.safeParse(word.trim()).data);
  if (kinds.some((kind) => kind === undefined)) {
    const known = FixKind.options.map((one) => code(one)).join(', ');
    throw badInput(`\`--fix\` takes any of ${known}, with commas between them, not ${code(typed, 60)}.`);
  }
  return { fix: FixKind.options.filter((kind) => kinds.includes(kind)) };
}
