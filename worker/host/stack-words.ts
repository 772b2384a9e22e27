import type { RaidArray, Stop } from '../../core/contracts/disk-stack.ts';
import type { Disk, Survey } from '../../core/contracts/survey.ts';
import { diskInWords } from './words.ts';

/** States in which md writes to no member, also when it is stopped. */
const atRest = new Set(['readonly', 'read-auto', 'inactive', 'clear']);

const kindNames: Readonly<Record<Exclude<Stop['kind'], 'md'>, string>> = {
  lvm: 'LVM',
  luks: 'LUKS',
  multipath: 'multipath',
};

/** `vg0-root (LVM), md1 (raid1) and md2 (raid1)`. */
export function stopNames(stops: readonly Stop[]): string {
  return enumerated(stops.map(({ kind, label }) => (kind === 'md' ? label : `${label} (${kindNames[kind]})`)));
}

/** What is done before disks leave the rescue system, a sentence each. */
export function stopsFirst({ arrays }: Survey, stops: readonly Stop[]): string[] {
  if (stops.length === 0) return [];
  const names = new Set(stops.map(({ name }) => name));
  const running = arrays.filter(({ name, state }) => names.has(name) && !atRest.has(state)).map(({ name }) => name);
  return [
    `Stopped first, since the rescue system built it by itself and nothing uses it: ${stopNames(stops)}. It stays stopped, also where this is cancelled.`,
    ...(running.length === 0
      ? []
      : [
          `Stopping what runs (${enumerated(running)}) writes a last mark on all of its disks, chosen or not: that it ended in order, as at a shutdown. Nothing else is written.`,
        ]),
  ];
}

/** What that means for disks that stay, a sentence for each way in which it ends. */
export function stopsRisks(survey: Survey, stops: readonly Stop[], leaving: readonly Disk[]): string[] {
  const groups = new Map<string, { where: string; fate: string; stops: Stop[] }>();
  for (const stop of lowest(survey, stops)) {
    const staying = survey.disks.filter((disk) => stop.disks.includes(disk.name) && !leaving.includes(disk));
    if (staying.length === 0) continue;
    const [where, fate] = [enumerated(staying.map(diskInWords)), fateOf(survey, stop, leaving)];
    const group = groups.get(where + fate) ?? { where, fate, stops: [] };
    groups.set(where + fate, { ...group, stops: [...group.stops, stop] });
  }
  return [...groups.values()].map(
    (group) => `On ${group.where}, which was not chosen, ${stopNames(group.stops)} will be ${group.fate}`,
  );
}

/** What stands on an array or volume shares its fate. */
function lowest({ arrays, volumes }: Survey, stops: readonly Stop[]): Stop[] {
  const above = new Set([...arrays, ...volumes].flatMap((built) => built.above));
  return stops.filter(({ name }) => !above.has(name));
}

function fateOf({ arrays }: Survey, { name, kind }: Stop, leaving: readonly Disk[]): string {
  const array = arrays.find((other) => other.name === name);
  if (kind !== 'md' || !array) return 'lost once this disk is written, but for what is mirrored.';
  const gone = leaving.filter((disk) => array.disks.includes(disk.name)).length;
  return gone <= spare(array)
    ? 'degraded at best once this disk is written; the installed system may find that there.'
    : 'lost once this disk is written.';
}

/**
 * How many members an array can lose, as far as that is certain: one that has failed may still be counted among its disks, and parity that
 * is still being computed protects nothing.
 */
function spare({ level, disks, missing, action }: RaidArray): number {
  if (level === 'raid1') return Math.max(0, disks.length - 1 - missing);
  if (level === 'raid10') return Math.max(0, 1 - missing);
  if (action === 'resync') return 0;
  if (level === 'raid4' || level === 'raid5') return Math.max(0, 1 - missing);
  return level === 'raid6' ? Math.max(0, 2 - missing) : 0;
}

function enumerated(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
