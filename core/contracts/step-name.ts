import { z } from 'zod';

/** The sixteen steps of an install, in the order in which they run. */
export const stepNames = [
  'reserve',
  'rescue',
  'reach',
  'survey',
  'plan',
  'lifeline',
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

/** The steps that people are shown: the one that moves our connection does nothing where nobody asked for it. */
export function shownSteps({ request }: { request: { lifeline?: string | undefined } }): readonly StepName[] {
  return request.lifeline === undefined ? stepNames.filter((name) => name !== 'lifeline') : stepNames;
}

/** Which of them an install is at, from 1 on: the last one shown that it has come to. */
export function stepPlace(record: { request: { lifeline?: string | undefined } }, step: StepName): number {
  return shownSteps(record).filter((name) => !isAfter(name, step)).length;
}
