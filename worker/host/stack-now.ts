import type { Stop } from '../../core/contracts/disk-stack.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import type { Disk, Survey } from '../../core/contracts/survey.ts';
import { inUse } from './plan-disk.ts';
import type { StackStop } from './stack.ts';
import { stackOn } from './stack-stops.ts';
import { stopNames } from './stack-words.ts';

type Now = Omit<StackStop, 'installId'> | { objections: string[] };

/**
 * What is to be stopped now, of what was planned: some of it may be stopped already. Or what speaks against it, a sentence each: names
 * move, arrays are put together and mounted.
 */
export function stackNow(
  survey: Survey,
  { erases, stops: planned = [], block }: Pick<Plan, 'erases' | 'stops' | 'block'>,
): Now {
  const there = erases.filter(({ controller }) => block !== null || !isHandedOver(survey, controller));
  const found = there.map(({ path, serial }) => ({
    path,
    disk: survey.disks.find((disk) => disk.path === path && disk.serial === serial),
  }));
  const leaving = found.flatMap(({ disk }) => disk ?? []);
  const { stops, obstacles } = stackOn(survey, leaving, { alone: block !== null });
  const objections = [
    ...found.filter(({ disk }) => !disk).map(({ path }) => `${path} is not the disk of the plan any more.`),
    ...leaving.filter(({ mountpoints }) => mountpoints.length > 0).map(inUse),
    ...unplanned(stops, planned),
    ...obstacles,
  ];
  if (objections.length > 0) return { objections };
  const names = leaving.map(({ name }) => name);
  const others = new Set(planned.flatMap(({ disks }) => disks).filter((name) => !names.includes(name)));
  return { leaving: names, stops, others: [...others], mayStay: notOurs(leaving, stops) };
}

/** By a worker that died before it could write that down. */
function isHandedOver({ pci }: Survey, controller: string): boolean {
  return pci.some(({ address, driver }) => address === controller && driver === 'vfio-pci');
}

function unplanned(stops: readonly Stop[], planned: readonly Stop[]): string[] {
  const known = new Set(planned.map(identity));
  const strange = stops.filter((stop) => !known.has(identity(stop)));
  if (strange.length === 0) return [];
  return [`The rescue system has built ${stopNames(strange)} since then, or on other disks than before.`];
}

function identity({ name, kind, label, disks }: Stop): string {
  return JSON.stringify([name, kind, label, disks.toSorted()]);
}

function notOurs(leaving: readonly Disk[], stops: readonly Stop[]): string[] {
  const ours = new Set(stops.map(({ name }) => name));
  return [...new Set(leaving.flatMap(({ holders }) => holders))].filter((name) => !ours.has(name));
}
