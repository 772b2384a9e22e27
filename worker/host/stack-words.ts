import type { RaidArray, Stop } from '../../core/contracts/disk-stack.ts';
import type { Disk, Survey } from '../../core/contracts/survey.ts';
import { lvmName } from './lvm-names.ts';
import { diskInWords } from './words.ts';

/** States in which md writes to no member, also when it is stopped. */
const atRest = new Set(['readonly', 'read-auto', 'inactive', 'clear']);

const kindNames: Readonly<Record<Exclude<Stop['kind'], 'md'>, string>> = {
  lvm: 'LVM',
  luks: 'LUKS',
  integrity: 'dm-integrity',
  multipath: 'multipath',
};

/** A server of virtual machines has dozens of volumes in one group; so many are named. */
const NAMED_OF_GROUP = 6;

/** `vg0/root and vg0/swap (LVM), crypt1 (LUKS) and md1 (raid1)`: volumes of LVM by group, and no parts of them beside the volumes. */
export function stopNames(stops: readonly Stop[]): string {
  const groups = Map.groupBy(stops, (stop) => (stop.kind === 'lvm' ? lvmName(stop.label).group : ''));
  const lvm = [...groups].filter(([group]) => group !== '').map(([group, volumes]) => groupInWords(group, volumes));
  return enumerated([...lvm, ...(groups.get('') ?? []).map(nameOf)]);
}

function nameOf({ kind, label }: Stop): string {
  return kind === 'md' ? label : `${label} (${kindNames[kind]})`;
}

function groupInWords(group: string, stops: readonly Stop[]): string {
  const names = stops.map(({ label }) => lvmName(label));
  const whole = names.filter(({ part }) => part === '').map(({ volume }) => volume);
  const all = [...new Set(whole.length > 0 ? whole : names.map(({ volume }) => volume))];
  const more = all.length - NAMED_OF_GROUP;
  // One more is named as well: to say that it is there takes as long.
  const named = more < 2 ? all : [...all.slice(0, NAMED_OF_GROUP), `${more} other volumes of ${group}`];
  return `${enumerated(named)} (LVM)`;
}

/** What is done before disks leave the rescue system, a sentence each. */
export function stopsFirst(survey: Survey, stops: readonly Stop[]): string[] {
  if (stops.length === 0) return [];
  const names = new Set(stops.map(({ name }) => name));
  const arrays = survey.arrays.filter(({ name, state }) => names.has(name) && !atRest.has(state));
  const running = [...arrays.map(({ name }) => name), ...markingVolumes(survey, stops)];
  return [
    `Stopped first, since it stands on what leaves the rescue system and nothing uses it: ${stopNames(stops)}. It stays stopped, also where this is cancelled.`,
    ...(running.length === 0
      ? []
      : [
          `Stopping what runs (${enumerated(running)}) writes a last mark on all of its disks, chosen or not: that it ended in order, as at a shutdown. Nothing else is written.`,
        ]),
  ];
}

/** Parts in which a volume of LVM writes down how it ended: mirrors, thin pools, caches. */
const records = /^(tmeta|cmeta|cvol|mlog|imeta|rmeta_\d+)$/;

/** Volumes over several disks that write when they end, by their names. What stands on one disk alone writes to no other. */
function markingVolumes({ volumes }: Survey, stops: readonly Stop[]): string[] {
  const recorded = volumes.filter(({ kind, label }) => kind === 'lvm' && records.test(lvmName(label).part));
  const marking = recorded.flatMap(({ above }) => {
    const over = stops.filter(({ name, label }) => above.includes(name) && /^(tpool)?$/.test(lvmName(label).part));
    return over.toSorted((a, b) => depth(volumes, b) - depth(volumes, a)).slice(0, 1);
  });
  const spread = marking.filter(({ disks }) => disks.length > 1);
  return [...new Set(spread.map(({ label }) => lvmName(label).volume))];
}

function depth(volumes: Survey['volumes'], { name }: Stop): number {
  return volumes.find((volume) => volume.name === name)?.above.length ?? 0;
}

/** What that means for disks that stay, a sentence for each way in which it ends. */
export function stopsRisks(survey: Survey, stops: readonly Stop[], leaving: readonly Disk[]): string[] {
  const groups = new Map<string, { where: string; fate: string; stops: Stop[] }>();
  const staying = ({ disks }: Stop) =>
    survey.disks.filter((disk) => disks.includes(disk.name) && !leaving.includes(disk));
  for (const stop of telling(survey, stops, staying)) {
    const [where, fate] = [enumerated(staying(stop).map(diskInWords)), fateOf(survey, stop, leaving)];
    const group = groups.get(where + fate) ?? { where, fate, stops: [] };
    groups.set(where + fate, { ...group, stops: [...group.stops, stop] });
  }
  return [...groups.values()].map(
    (group) => `On ${group.where}, which was not chosen, ${stopNames(group.stops)} will be ${group.fate}`,
  );
}

/** What stands on an array or volume shares its fate, but for disks that are not below that one: a mirror has parts, each on a disk. */
function telling(
  { arrays, volumes }: Survey,
  stops: readonly Stop[],
  staying: (stop: Stop) => readonly Disk[],
): Stop[] {
  const above = new Map([...arrays, ...volumes].map((built) => [built.name, built.above]));
  const told = (stop: Stop, other: Stop) =>
    above.get(other.name)?.includes(stop.name) && staying(stop).every((disk) => other.disks.includes(disk.name));
  return stops.filter((stop) => staying(stop).length > 0 && !stops.some((other) => told(stop, other)));
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
