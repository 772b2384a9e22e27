import type { Plan } from '../../core/contracts/plan.ts';
import type { Survey } from '../../core/contracts/survey.ts';
import { hangsOn, pciOfPath, wayOfPath } from './pci.ts';

/** A disk by its kernel name, with its folder in sysfs. */
export interface SeenDisk {
  name: string;
  place: string;
}

/**
 * Why hardware is not handed over though it was planned, a sentence each: a disk that came up since then would go along, or it makes a choice
 * of the one that was taken for the only one. Large controllers find theirs one after the other, for a minute and more.
 * @param asked serial of the disk that somebody chose; absent where it was the only one
 */
export function lateDiskObjections(
  seen: readonly SeenDisk[],
  { survey, plan, asked }: { survey: Survey; plan: Plan; asked: string | undefined },
): string[] {
  const known = new Set(survey.disks.map(({ name }) => name));
  const passed = new Set(plan.passed.map(({ address }) => address));
  const late = seen
    .filter(({ name }) => !known.has(name))
    .map(({ name, place }) => ({ name, pci: pciOfPath(place), through: wayOfPath(place) }));
  return late.flatMap((disk) => {
    if (hangsOn(disk, passed))
      return [`${disk.name} has come up on hardware that goes into the virtual machine, and was not planned.`];
    if (asked === undefined && disk.pci !== null)
      return [`${disk.name} has come up, so the disk of the plan is not the only one.`];
    return [];
  });
}
