import type { RaidArray, Stop, Volume } from '../../core/contracts/disk-stack.ts';
import type { Disk, Survey } from '../../core/contracts/survey.ts';
import { stopNames } from './stack-words.ts';
import { diskInWords } from './words.ts';

/** What is built on disks, in the order in which it is stopped, and why some of it cannot be, a sentence each. */
export interface Stack {
  stops: Stop[];
  obstacles: string[];
}

/**
 * What the rescue system has built on disks that leave it: arrays (md) and volumes (LVM, LUKS, dm-integrity, multipath). A set of the firmware is
 * not stopped: it goes where all of its disks go with their controllers, as it always did.
 * @param alone the disk goes without its controller (raw block), so that nothing of a set may stay on it
 */
export function stackOn(survey: Survey, leaving: readonly Disk[], { alone }: { alone: boolean }): Stack {
  const names = new Set(leaving.flatMap(({ holders }) => holders));
  const arrays = survey.arrays.filter(({ name }) => names.has(name));
  const volumes = survey.volumes.filter(({ name }) => names.has(name));
  const known = new Set([...arrays, ...volumes].map(({ name }) => name));
  const strange = [...names].filter((name) => !known.has(name));
  const built = [...arrays.filter((array) => !isOfFirmware(array)), ...volumes];
  const stops = topFirst(built).map(stopOf);
  const left = ({ disks }: RaidArray) =>
    survey.disks.filter((one) => disks.includes(one.name) && !leaving.includes(one));
  return {
    stops: stops.flatMap((stop) => stop ?? []),
    obstacles: [
      ...firmwareObstacles(arrays, (array) => alone || left(array).length > 0),
      ...arrays.flatMap((array) => rebuildObstacle(array, left(array))),
      ...strangeObstacles([...strange.map(byName), ...volumes.filter(({ kind }) => kind === 'other').map(byLabel)]),
      ...toolObstacles(survey, stops),
    ],
  };
}

/** Whatever stands on something has less above it than that. */
function topFirst<T extends RaidArray | Volume>(built: readonly T[]): T[] {
  return built.toSorted((a, b) => a.above.length - b.above.length || a.name.localeCompare(b.name));
}

function stopOf(built: RaidArray | Volume): Stop | null {
  const { name, disks } = built;
  if (!('kind' in built)) return { name, kind: 'md', label: `${name} (${built.level || built.state})`, disks };
  return built.kind === 'other' ? null : { name, kind: built.kind, label: built.label, disks };
}

/** Intel, DDF and their like: what the kernel calls external is put together by the firmware as well. */
function isOfFirmware({ metadata }: RaidArray): boolean {
  return metadata.startsWith('external:');
}

/** One sentence for a set: its container is an array, too. */
function firmwareObstacles(arrays: readonly RaidArray[], stays: (array: RaidArray) => boolean): string[] {
  const apart = arrays.filter((array) => isOfFirmware(array) && stays(array));
  if (apart.length === 0) return [];
  return [
    `The rescue system has put together a RAID set of the firmware on it (${apart.map(({ name }) => name).join(', ')}), which XEPA does not take apart. Delete the set in the firmware's setup first.`,
  ];
}

/** While it is rebuilt, what is on an array may be whole on one disk alone; all other work of it goes on another time. */
const unsteady = new Set(['recover', 'reshape']);

function rebuildObstacle({ name, level, action }: RaidArray, left: readonly Disk[]): string[] {
  if (left.length === 0 || !unsteady.has(action)) return [];
  return [
    `The array ${name} (${level}) is being rebuilt (${action}), so what is on ${left.map(diskInWords).join(' and ')} may not be whole without this disk. Wait until that is done, or take the array apart by hand (mdadm --stop /dev/${name}).`,
  ];
}

/** What XEPA does not stop, and what somebody would type who does; empty where that is not known. */
interface Strange {
  name: string;
  command: string;
}

function byName(name: string): Strange {
  if (/^loop\d/.test(name)) return { name, command: `losetup -d /dev/${name}` };
  if (/^bcache\d/.test(name)) return { name, command: `echo 1 >/sys/block/${name}/bcache/stop` };
  if (name === 'bcache') return { name: 'a cache of bcache', command: 'echo 1 >/sys/fs/bcache/UUID/stop' };
  return { name, command: '' };
}

function byLabel({ label }: Volume): Strange {
  return { name: label, command: /^\w[\w.+-]*$/.test(label) ? `dmsetup remove ${label}` : 'dmsetup remove' };
}

function strangeObstacles(strange: readonly Strange[]): string[] {
  if (strange.length === 0) return [];
  const commands = [...new Set(strange.map(({ command }) => command).filter((command) => command !== ''))];
  const how = commands.length === 0 ? '' : ` (${commands.join('; ')})`;
  return [
    `On it stands ${strange.map(({ name }) => name).join(', ')}, which XEPA does not stop: stop that in the rescue system first${how}.`,
  ];
}

/** Arrays are stopped by the kernel alone; for the device mapper a program is needed. */
function toolObstacles({ tools }: Survey, stops: readonly (Stop | null)[]): string[] {
  const mapped = stops.filter((stop) => stop !== null).filter(({ kind }) => kind !== 'md');
  if (mapped.length === 0 || tools.includes('dmsetup')) return [];
  return [
    `The rescue system has built ${stopNames(mapped)} on it, and lacks dmsetup to stop that; stop it there first (vgchange -an, cryptsetup close, multipath -f).`,
  ];
}
