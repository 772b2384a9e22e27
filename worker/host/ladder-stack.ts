import type { Disk, Survey } from '../../core/contracts/survey.ts';
import { diskInWords } from './words.ts';

/** States in which md writes to no member, whatever becomes of one. */
const atRest = new Set(['readonly', 'read-auto', 'inactive', 'clear']);

/** RAID sets of the firmware by what `blkid` calls their members. */
const firmwareSets =
  /^(isw|ddf|lsi_mega|nvidia|promise_fasttrack|silicon_medley|jmicron|adaptec|hpt37x|hpt45x|via)_?raid_member$/;

/**
 * Why disks cannot leave the rescue system while other members of their RAID stay behind. An array that runs would be written to on
 * these when a member vanishes; a set of the firmware is put together by the firmware, and taken apart only there.
 */
export function memberObstacles(survey: Survey, leaving: readonly Disk[]): string[] {
  const running = survey.arrays.flatMap(({ name, level, state, disks }) => {
    const { gone, left } = split(survey, leaving, (disk) => disks.includes(disk.name));
    if (gone === '' || left === '' || atRest.has(state)) return [];
    return [
      `The array ${name} (${level}, ${state}) runs on ${gone} and on ${left}, which would be written to when a member goes; stop it first (mdadm --stop /dev/${name}).`,
    ];
  });
  const sets = [...new Set(leaving.flatMap((disk) => firmwareSetOf(disk) ?? []))].flatMap((set) => {
    const { gone, left } = split(survey, leaving, (disk) => firmwareSetOf(disk) === set);
    if (left === '') return [];
    return [
      `${gone} and ${left} are in a RAID set of the firmware (${set}): a member never goes alone. Delete the set in the firmware's setup first.`,
    ];
  });
  return [...running, ...sets];
}

/** Members in words: those that leave, and those that stay. */
function split(survey: Survey, leaving: readonly Disk[], isMember: (disk: Disk) => boolean) {
  const members = survey.disks.filter(isMember);
  const words = (disks: readonly Disk[]) => disks.map(diskInWords).join(' and ');
  return {
    gone: words(members.filter((disk) => leaving.includes(disk))),
    left: words(members.filter((disk) => !leaving.includes(disk))),
  };
}

function firmwareSetOf(disk: Disk): string | undefined {
  return disk.contents.find(({ type }) => firmwareSets.test(type))?.type;
}
