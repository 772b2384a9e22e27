import type { Step } from '../saga/step.ts';
import { attendStep } from './attend.ts';
import { bindStep } from './bind.ts';
import { bootStep } from './boot.ts';
import { consoleStep } from './console.ts';
import type { StepDeps } from './deps.ts';
import { handbackStep } from './handback.ts';
import { launchStep } from './launch.ts';
import { lifelineStep } from './lifeline.ts';
import { mediaStep } from './media.ts';
import { planStep } from './plan.ts';
import { prepareStep } from './prepare.ts';
import { reachStep } from './reach.ts';
import { releaseStep } from './release.ts';
import { rescueStep } from './rescue.ts';
import { reserveStep } from './reserve.ts';
import { surveyStep } from './survey.ts';
import { verifyStep } from './verify.ts';

/** The saga, in order. */
export function buildSteps(deps: StepDeps): readonly Step[] {
  return [
    reserveStep(deps),
    rescueStep(deps),
    reachStep(deps),
    surveyStep(deps),
    planStep(deps),
    lifelineStep(deps),
    prepareStep(deps),
    mediaStep(deps),
    bindStep(deps),
    launchStep(deps),
    consoleStep(deps),
    attendStep(deps),
    handbackStep(deps),
    bootStep(deps),
    verifyStep(deps),
    releaseStep(deps),
  ];
}
