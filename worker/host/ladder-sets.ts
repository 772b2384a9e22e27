import type { Disk, Survey } from '../../core/contracts/survey.ts';
import { diskInWords } from './words.ts';

/** RAID sets of the firmware by what `blkid` calls their members. */
const firmwareSets =
  /^(isw|ddf|lsi_mega|nvidia|promise_fasttrack|silicon_medley|jmicron|adaptec|hpt37x|hpt45x|via)_?raid_member$/;

/**
 * Why disks cannot leave the rescue system while other members of a RAID set of the firmware stay behind: it is put together by the
 * firmware, and taken apart only there.
 */
export function setObstacles(survey: Survey, leaving: readonly Disk[]): string[] {
  return [...new Set(leaving.flatMap((disk) => firmwareSetOf(disk) ?? []))].flatMap((set) => {
    const { gone, left } = split(survey, leaving, (disk) => firmwareSetOf(disk) === set);
    if (left === '') return [];
    return [
      `${gone} and ${left} are in a RAID set of the firmware (${set}): a member never goes alone. Delete the set in the firmware's setup first.`,
    ];
  });
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
