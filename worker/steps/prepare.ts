import type { Plan } from '../../core/contracts/plan.ts';
import type { Survey } from '../../core/contracts/survey.ts';
import { vmPlanOf } from '../../core/contracts/vm-plan.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { removeFile } from '../host/media.ts';
import { loadModules, type Readiness } from '../host/modules.ts';
import { packagesRoom } from '../host/package-size.ts';
import { missingNeeds, removePackages } from '../host/packages.ts';
import { done, type Outcome, type Step, type StepContext } from '../saga/step.ts';
import { addMissing, packagesDir } from './add-packages.ts';
import { mediaPath, need, type StepDeps } from './deps.ts';
import { sendForIso } from './iso-begin.ts';
import { planFor } from './plan.ts';
import { undoOnDevice } from './undo-on-device.ts';

/** Brings QEMU, firmware and kernel modules into the rescue system: only what is missing. The ISO sets out meanwhile. */
export function prepareStep(deps: StepDeps): Step {
  return {
    name: 'prepare',
    timeoutMs: 30 * 60_000,
    attempts: 4,
    async run(context) {
      const plan = need(context.record.facts.plan, 'plan');
      const survey = surveyFor(plan, need(context.record.facts.survey, 'survey'));
      const shell = await deps.shells.shellOf(context.record, context.signal);
      const outcome = await together(
        makeReady(deps, context, { shell, survey }),
        context.entry.state === 'started' ? sendFor(shell, context, survey) : null,
      );
      // Nothing lies on a server for which people are asked again.
      if (outcome.kind === 'ask-again') await takeBackIso(shell, context);
      return outcome;
    },
    undo: (context) =>
      undoOnDevice(deps, context, async (shell) => {
        const { survey, plan, prepare } = context.record.facts;
        if (!survey || !plan) return;
        await takeBackIso(shell, context);
        const dir = packagesDir(context.record);
        const removal = removePackages(surveyFor(plan, survey), { dir, added: prepare?.added ?? [] });
        if (removal) await shell.exec(removal, context.signal);
      }),
  };
}

async function makeReady(
  deps: StepDeps,
  context: StepContext,
  { shell, survey }: { shell: HostShell; survey: Prepared },
): Promise<Outcome> {
  const outcome = await addMissing(deps, context, { shell, survey });
  if (outcome) return outcome;
  const { secureBoot, onReboot } = vmPlanOf(need(context.record.facts.plan, 'plan'));
  const ready = await shell.exec(loadModules(survey, { secureBoot, version: onReboot === 'finish' }), context.signal);
  const { added } = context.record.facts.prepare ?? { added: [] };
  const prepare = { added, kvm: ready.kvm, ovmf: ready.ovmf, machine: ready.machine };
  const planned = await withoutVfio(deps, context, ready);
  if (planned.kind !== 'done') return planned;
  const replanned = withoutKvm(planned.facts?.plan ?? need(context.record.facts.plan, 'plan'), ready);
  return done({ ...planned.facts, plan: replanned, prepare });
}

/** Waits for both, whatever becomes of one of them: nothing of a step goes on when that has ended. */
async function together<T>(work: Promise<T>, beside: Promise<void> | null): Promise<T> {
  const [done, sent] = await Promise.allSettled([work, beside]);
  if (done.status === 'rejected') throw done.reason;
  if (sent.status === 'rejected') throw sent.reason;
  return done.value;
}

/** The server downloads while it is made ready, unless what downloads is itself among what is to be added. */
async function sendFor(shell: HostShell, context: StepContext, survey: Prepared): Promise<void> {
  const missing = missingNeeds(survey);
  if (!missing.includes('curl')) await sendForIso(shell, context, missing.length > 0 ? packagesRoom : 0);
}

async function takeBackIso(shell: HostShell, { record, signal }: StepContext): Promise<void> {
  if (record.facts.media) await shell.exec(removeFile(mediaPath(record)), signal);
}

type Prepared = Survey & { virtualTpm: boolean };

/** With what the VM of the plan is to have. */
function surveyFor(plan: Plan, survey: Survey): Prepared {
  return { ...survey, firmware: plan.firmware, virtualTpm: vmPlanOf(plan).tpm };
}

/**
 * Only loading it shows whether a module works. Without vfio-pci the plan is made again, a rung lower, and people are asked
 * again where they had agreed to more.
 */
async function withoutVfio(deps: StepDeps, { record, now }: StepContext, { vfio }: Readiness): Promise<Outcome> {
  const plan = need(record.facts.plan, 'plan');
  if (vfio || plan.passed.length === 0) return done();
  const survey = { ...need(record.facts.survey, 'survey'), vfio: false };
  const outcome = await planFor(deps, record, { survey, now: now() });
  return outcome.kind === 'done' ? done({ survey, ...outcome.facts }) : outcome;
}

/** KVM's module may be missing where the processor has what it takes. */
function withoutKvm(plan: Plan, { kvm }: Readiness): Plan {
  if (kvm || plan.accel === 'tcg') return plan;
  const warning =
    'The rescue system has no working KVM (/dev/kvm cannot be opened): the installer runs in emulation, many times slower.';
  return { ...plan, accel: 'tcg', warnings: [...plan.warnings, warning] };
}
