import type { Placement, Rung, RungWish } from '../../core/contracts/ladder.ts';
import { quoteText } from '../text.ts';

const partNames: Readonly<Record<Placement['part'], string>> = { disk: 'Disk', nic: 'Network' };

/** Rungs in words. */
export const rungNames: Readonly<Record<Rung, string>> = {
  passthrough: 'passthrough',
  kexec: 'kexec',
  'raw-block': 'raw block',
  emulated: 'emulated port',
};

/**
 * How each device gets into the virtual machine, why not better, and what that risks: a line for each device, and one for what is done to
 * the rescue system before.
 */
export function ladderLines(ladder: readonly Placement[]): string[] {
  return ladder.slice(0, 4).flatMap((placement) => [...beforeText(placement), placementText(placement)]);
}

function beforeText({ first = [] }: Placement): string[] {
  if (first.length === 0) return [];
  return [
    first
      .slice(0, 3)
      .map((sentence) => `🛑 ${quoteText(sentence, 400)}`)
      .join('\n'),
  ];
}

function placementText({ part, device, rung, asked, how, refused, risks }: Placement): string {
  const head = `*${partNames[part]}: ${rungNames[rung]}*${asked ? ' (asked for)' : ''}  ${quoteText(device, 160)}`;
  const against = refused
    .slice(0, 2)
    .map(({ rung: better, why }) => `• no ${rungNames[better]}: ${quoteText(why, 400)}`);
  const dangers = risks.slice(0, 6).map((risk) => `• ⚠️ ${quoteText(risk, 250)}`);
  return [`${head}\n${quoteText(how, 400)}`, ...against, ...dangers].join('\n');
}

/** What `--lifeline move` means to whoever has to agree. */
export const lifelineLine =
  "*Asked for*  XEPA's connection moves to another port of the bond, over a VLAN and public addresses that the provider may bill; put back at the end";

/** What somebody asked for before anybody has looked: `raw block for the disk`. */
export function wishedRungsText({ disk, nic }: RungWish): string {
  const parts = [
    ...(disk === undefined ? [] : [`${rungNames[disk]} for the disk, and no other way`]),
    ...(nic === undefined
      ? []
      : [nic === 'emulated' ? 'an emulated network port, and no other' : 'a real network port, and no other']),
  ];
  return parts.join('; ');
}
