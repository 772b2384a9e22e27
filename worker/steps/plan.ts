import type { Binding } from '../../core/contracts/approval.ts';
import { deviceKey } from '../../core/contracts/device.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { rungsOf } from '../../core/contracts/ladder.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import type { Survey } from '../../core/contracts/survey.ts';
import { XepaError } from '../../core/errors.ts';
import { planInstall } from '../host/plan.ts';
import { done, type Outcome, type Step } from '../saga/step.ts';
import { objections } from './approved.ts';
import { need, type StepDeps } from './deps.ts';

/**
 * Decides which hardware goes into the VM and how; refuses with every reason at once. What people approved is held
 * against the hardware that is really there: nothing has been written yet.
 */
export function planStep(deps: Pick<StepDeps, 'settings' | 'profiles'>): Step {
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
  deps: Pick<StepDeps, 'settings' | 'profiles'>,
  record: InstallRecord,
  { survey, now }: { survey: Survey; now: number },
): Promise<Outcome> {
  const planned = planInstall({ survey, request: record.request, limits: deps.settings.limits });
  if ('plan' in planned) return judge(deps, record, { plan: planned.plan, smbios: survey.smbios, now });
  throw new XepaError('device-unfit', {
    message: `refused: ${planned.refusals.join(' | ')}`,
    userMessage: `${record.device.name} cannot be installed this way. ${planned.refusals.join(' ')}`,
  });
}

async function judge(
  deps: Pick<StepDeps, 'profiles'>,
  record: InstallRecord,
  { plan, smbios, now }: { plan: Plan; smbios: Survey['smbios']; now: number },
): Promise<Outcome> {
  const model = `${smbios.manufacturer} ${smbios.product}`.trim();
  const hardware = { seenAt: now, serial: smbios.serial, model, disks: plan.erases, ladder: plan.ladder };
  await deps.profiles.save(record.device, hardware);
  const found = bindingOf(record, smbios.serial, plan);
  const why = objections(record, found);
  return why.length > 0 ? { kind: 'ask-again', why, found, hardware } : done({ plan });
}

function bindingOf(record: InstallRecord, serial: string, plan: Plan): Binding {
  const { url, sha256 } = record.request.iso;
  return {
    device: deviceKey(record.device),
    serial,
    disks: plan.erases.map((disk) => disk.serial).sort(),
    rungs: rungsOf(plan.ladder),
    iso: { url, sha256: sha256?.toLowerCase() ?? null },
    answer: null,
  };
}
