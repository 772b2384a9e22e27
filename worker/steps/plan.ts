import { boundRequest } from '../../core/binding.ts';
import { inAnotherRound, startsFromDisk } from '../../core/console-round.ts';
import type { Binding } from '../../core/contracts/approval.ts';
import { deviceKey } from '../../core/contracts/device.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { rungsOf } from '../../core/contracts/ladder.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import type { Survey } from '../../core/contracts/survey.ts';
import { XepaError } from '../../core/errors.ts';
import { planInstall } from '../host/plan.ts';
import { surveyInWords } from '../host/survey-words.ts';
import { done, type Outcome, type Step } from '../saga/step.ts';
import { filledAnswer, sealedDigest } from './answer.ts';
import { objections } from './approved.ts';
import { need, type StepDeps } from './deps.ts';
import { requestOfRound } from './round-request.ts';

type PlanDeps = Pick<StepDeps, 'settings' | 'profiles' | 'sealer'>;

/**
 * Decides which hardware goes into the VM and how; refuses with every reason at once. What people approved is held
 * against the hardware that is really there: nothing has been written yet.
 */
export function planStep(deps: PlanDeps): Step {
  return {
    name: 'plan',
    timeoutMs: 60_000,
    attempts: 1,
    run: ({ record, now }) => planFor(deps, record, { survey: need(record.facts.survey, 'survey'), now: now() }),
  };
}

/**
 * A plan for what a survey says, as people approved it; or the question to them.
 * @throws XepaError device-unfit with every reason against a plan
 */
export async function planFor(
  deps: PlanDeps,
  record: InstallRecord,
  { survey, now }: { survey: Survey; now: number },
): Promise<Outcome> {
  const request = inAnotherRound(record) ? requestOfRound(record) : record.request;
  const { reserve, kexec } = record.facts;
  const planned = planInstall({ survey, request, ports: reserve?.ports, limits: deps.settings.limits, kexec });
  if ('plan' in planned) return judge(deps, record, { plan: planned.plan, survey, now });
  throw new XepaError('device-unfit', {
    message: `refused: ${planned.refusals.join(' | ')}`,
    userMessage: `${record.device.name} ${cannotBe(record)}. ${planned.refusals.join(' ')}`,
  });
}

function cannotBe(record: InstallRecord): string {
  return startsFromDisk(record) ? 'cannot be started this way' : 'cannot be installed this way';
}

async function judge(
  deps: PlanDeps,
  record: InstallRecord,
  { plan, survey, now }: { plan: Plan; survey: Survey; now: number },
): Promise<Outcome> {
  const { smbios } = survey;
  const model = `${smbios.manufacturer} ${smbios.product}`.trim();
  const summary = surveyInWords(survey);
  const hardware = { seenAt: now, serial: smbios.serial, model, disks: plan.erases, ladder: plan.ladder, summary };
  // The next install is told what an installer would get, and in its words.
  const ladder = startsFromDisk(record) ? ladderOfInstall(deps, record, survey) : plan.ladder;
  if (ladder) await deps.profiles.save(record.device, { ...hardware, ladder });
  const found = bindingOf(record, { serial: smbios.serial, plan, answer: sealedDigest(deps, record) });
  const why = objections(record, found);
  if (why.length > 0) return { kind: 'ask-again', why, found, hardware };
  // Only to hear now, and not when the ISO is there, that something in it has no value on this server.
  if (!startsFromDisk(record)) filledAnswer(deps, record, plan);
  return done({ plan });
}

/** Null where nothing could be installed on this server. */
function ladderOfInstall(
  deps: Pick<PlanDeps, 'settings'>,
  record: InstallRecord,
  survey: Survey,
): Plan['ladder'] | null {
  const { purpose: _, snapshot: __, ...request } = record.request;
  const planned = planInstall({ survey, request, limits: deps.settings.limits, kexec: record.facts.kexec });
  return 'plan' in planned ? planned.plan.ladder : null;
}

function bindingOf(
  record: InstallRecord,
  { serial, plan, answer }: { serial: string; plan: Plan; answer: string | null },
): Binding {
  return {
    device: deviceKey(record.device),
    serial,
    disks: plan.erases.map((disk) => disk.serial).sort(),
    rungs: rungsOf(plan.ladder),
    ...boundRequest(record.request, answer),
  };
}
