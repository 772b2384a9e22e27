import type { z } from 'zod';
import { DiskRung, NicRung, type RungWish } from '../core/contracts/ladder.ts';
import { badInput } from './bad-input.ts';
import { code } from './text.ts';

/**
 * How somebody wants disk and network port to get into the virtual machine; nothing where they leave it to XEPA.
 * @throws XepaError bad-input
 */
export function rungsWished(wish: { rung?: string | undefined; nic?: string | undefined }): { rungs?: RungWish } {
  const disk = oneOf(DiskRung, '--rung', wish.rung);
  const nic = oneOf(NicRung, '--nic', wish.nic);
  if (disk === undefined && nic === undefined) return {};
  return { rungs: { ...(disk === undefined ? {} : { disk }), ...(nic === undefined ? {} : { nic }) } };
}

/** @throws XepaError bad-input when it is none of the words */
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
