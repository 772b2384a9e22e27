import { z } from 'zod';

/** The fifteen steps of an install, in the order in which they run. */
export const stepNames = [
  'reserve',
  'rescue',
  'reach',
  'survey',
  'plan',
  'prepare',
  'media',
  'bind',
  'launch',
  'console',
  'attend',
  'handback',
  'boot',
  'verify',
  'release',
] as const;

export const StepName = z.enum(stepNames);
export type StepName = z.infer<typeof StepName>;

/** From this step on the disk may have been written: undo restores the machine, not the data. */
export const pointOfNoReturn: StepName = 'launch';

/** True when `step` comes after `other` in the saga. */
export function isAfter(step: StepName, other: StepName): boolean {
  return stepNames.indexOf(step) > stepNames.indexOf(other);
}
