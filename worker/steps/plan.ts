import type { Binding } from '../../core/contracts/approval.ts';
import { deviceKey } from '../../core/contracts/device.ts';
import { type InstallRecord, isTroubleshooting } from '../../core/contracts/install.ts';
import { rungsOf } from '../../core/contracts/ladder.ts';
import type { Plan } from '../../core/contracts/plan.ts';
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
    async run({ record, now }) {
      const survey = need(record.facts.survey, 'survey');
      const planned = planInstall({ survey, request: record.request, limits: deps.settings.limits });
      if ('plan' in planned) return judge(deps, record, planned.plan, now());
      throw new XepaError('device-unfit', {
        message: `refused: ${planned.refusals.join(' | ')}`,
        userMessage: `${record.device.name} ${cannotBe(record)}. ${planned.refusals.join(' ')}`,
      });
    },
  };
}

function cannotBe(record: InstallRecord): string {
  return isTroubleshooting(record) ? 'cannot be started this way' : 'cannot be installed this way';
}

async function judge(
  deps: Pick<StepDeps, 'settings' | 'profiles'>,
  record: InstallRecord,
  plan: Plan,
  now: number,
): Promise<Outcome> {
  const { smbios } = need(record.facts.survey, 'survey');
  const model = `${smbios.manufacturer} ${smbios.product}`.trim();
  const hardware = { seenAt: now, serial: smbios.serial, model, disks: plan.erases, ladder: plan.ladder };
  // The next install is told what an installer would get, and in its words.
  const ladder = isTroubleshooting(record) ? ladderOfInstall(deps, record) : plan.ladder;
  if (ladder) await deps.profiles.save(record.device, { ...hardware, ladder });
  const found = bindingOf(record, smbios.serial, plan);
  const why = objections(record, found);
  return why.length > 0 ? { kind: 'ask-again', why, found, hardware } : done({ plan });
}

/** Null where nothing could be installed on this server. */
function ladderOfInstall(deps: Pick<StepDeps, 'settings'>, record: InstallRecord): Plan['ladder'] | null {
  const { purpose: _, snapshot: __, ...request } = record.request;
  const survey = need(record.facts.survey, 'survey');
  const planned = planInstall({ survey, request, limits: deps.settings.limits });
  return 'plan' in planned ? planned.plan.ladder : null;
}

function bindingOf(record: InstallRecord, serial: string, plan: Plan): Binding {
  const { iso, snapshot = false } = record.request;
  return {
    device: deviceKey(record.device),
    serial,
    disks: plan.erases.map((disk) => disk.serial).sort(),
    rungs: rungsOf(plan.ladder),
    iso: iso ? { url: iso.url, sha256: iso.sha256?.toLowerCase() ?? null } : null,
    ...(isTroubleshooting(record) ? { console: { snapshot } } : {}),
    answer: null,
  };
}
