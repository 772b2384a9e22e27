import type { types } from '@slack/bolt';
import type { FixKind } from '../../core/contracts/fix.ts';
import { quoteText } from '../text.ts';
import { sections } from './message.ts';

/** What may be written on the disk when the installer is done; of a plan. */
export function writeSections(writes: readonly string[] = []): types.SectionBlock[] {
  if (writes.length === 0) return [];
  const lines = writes.slice(0, 8).map((write) => `• ${quoteText(write, 300)}`);
  return sections(['*May be written when the installer is done*', ...lines]);
}

const fixWords: Readonly<Record<FixKind, string>> = {
  network: 'the port’s name is tied to its MAC',
  fstab: 'its fstab names partitions by UUID',
  serial: 'it gets a serial console',
};

/** What somebody asked to have changed on the installed system, before anybody has looked at it. */
export function fixLines(fixes: readonly FixKind[] = []): string[] {
  if (fixes.length === 0) return [];
  return [
    `*Afterwards*  on the installed system, where that is needed: ${fixes.map((fix) => fixWords[fix]).join('; ')}`,
  ];
}
