import fc from 'fast-check';
import { RaidArray, Volume } from '../../core/contracts/disk-stack.ts';
import type { Disk } from '../../core/contracts/survey.ts';

/** What a rescue system may have built on the disks that are marked as `built` on. */
export const AnyStack = fc.record({
  state: fc.constantFrom('clean', 'active', 'read-auto', 'inactive'),
  level: fc.constantFrom('raid0', 'raid1', 'raid5', 'raid10'),
  action: fc.constantFrom('idle', 'idle', 'idle', 'idle', 'resync', 'recover', 'reshape'),
  metadata: fc.constantFrom('1.2', '1.2', '1.2', 'external:imsm', ''),
  missing: fc.nat({ max: 1 }),
  /** Kinds of volumes on the array, each on the one before; none: nothing is on it. */
  above: fc.array(fc.constantFrom('lvm', 'lvm', 'luks', 'luks', 'multipath', 'other'), { maxLength: 3 }),
  /** Something that is neither. */
  bcache: fc.nat({ max: 9 }).map((dice) => dice === 0),
  tools: fc.constantFrom(['apk'], ['apk', 'dmsetup'], ['apk', 'dmsetup'], ['apk', 'dmsetup']),
});
type AnyStack = ReturnType<(typeof AnyStack)['generate']>['value'];

/** The disks with what is built on them: one array over all that are marked, and volumes above. */
export function stackOver(
  disks: readonly Disk[],
  { above, bcache, ...array }: AnyStack,
): { disks: Disk[]; arrays: RaidArray[]; volumes: Volume[] } {
  const members = disks.filter(({ holders }) => holders.includes('built')).map(({ name }) => name);
  if (members.length === 0) return { disks: [...disks], arrays: [], volumes: [] };
  // Numbers say nothing of the order: the last volume has the lowest one.
  const names = above.map((_kind, at) => `dm-${above.length - at}`);
  const holders = ['md0', ...names, ...(bcache ? ['bcache0'] : [])];
  return {
    disks: disks.map((disk) => (members.includes(disk.name) ? { ...disk, holders } : disk)),
    arrays: [RaidArray.parse({ ...array, name: 'md0', disks: members, above: names })],
    volumes: above.map((kind, at) =>
      Volume.parse({ name: names[at], kind, label: `v${at}`, disks: members, above: names.slice(at + 1) }),
    ),
  };
}
