import type { Placement } from '../../core/contracts/ladder.ts';

/** What a plan says of an installer, and what it says of a system that is there already. */
const instead: readonly [RegExp, string][] = [
  [/\binstall on\b/g, 'start from'],
  [/go to the ISO\b/g, 'go to what it writes'],
  [/what spans several disks is lost or degraded/g, 'what spans several disks may not be whole in the virtual machine'],
  [/\binstaller\b/g, 'installed system'],
];

/** A sentence about the installer, said of the installed system: all of the ladder holds for both, and is written once. */
export function consoleWords(sentence: string): string {
  return instead.reduce((text, [from, to]) => text.replace(from, to), sentence);
}

/** The same for a device on its rung. */
export function consolePlacement(placement: Placement): Placement {
  return {
    ...placement,
    how: consoleWords(placement.how),
    refused: placement.refused.map(({ rung, why }) => ({ rung, why: consoleWords(why) })),
    risks: placement.risks.map(consoleWords),
  };
}
