import type { Plan } from '../../core/contracts/plan.ts';
import { vmPlanOf } from '../../core/contracts/vm-plan.ts';
import { machineFacts } from '../host/machine-facts.ts';
import { loadModules, type Readiness } from '../host/modules.ts';
import { removePackages } from '../host/packages.ts';
import { done, type Outcome, type Step, type StepContext } from '../saga/step.ts';
import { addMissing, packagesDir } from './add-packages.ts';
import { need, type StepDeps } from './deps.ts';
import { planFor } from './plan.ts';
import { undoOnDevice } from './undo-on-device.ts';

/** Brings QEMU, firmware and kernel modules into the rescue system: only what is missing. */
export function prepareStep(deps: StepDeps): Step {
  return {
    name: 'prepare',
    timeoutMs: 30 * 60_000,
    attempts: 4,
    async run(context) {
      const plan = need(context.record.facts.plan, 'plan');
      const { tpm, secureBoot } = vmPlanOf(plan);
      const found = need(context.record.facts.survey, 'survey');
      const survey = { ...found, firmware: plan.firmware, virtualTpm: tpm };
      const shell = await deps.shells.shellOf(context.record, context.signal);
      const outcome = await addMissing(deps, context, { shell, survey });
      if (outcome) return outcome;
      const ready = await shell.exec(loadModules(survey, { secureBoot }), context.signal);
      const machine = await shell.exec(machineFacts(), context.signal);
      const { added } = context.record.facts.prepare ?? { added: [] };
      const prepare = { added, kvm: ready.kvm, ovmf: ready.ovmf, machine };
      const planned = await withoutVfio(deps, context, ready);
      if (planned.kind !== 'done') return planned;
      const replanned = withoutKvm(planned.facts?.plan ?? need(context.record.facts.plan, 'plan'), ready);
      return done({ ...planned.facts, plan: replanned, prepare });
    },
    undo: (context) =>
      undoOnDevice(deps, context, async (shell) => {
        const { survey, prepare } = context.record.facts;
        const dir = packagesDir(context.record);
        const removal = survey && prepare ? removePackages(survey, { dir, added: prepare.added }) : null;
        if (removal) await shell.exec(removal, context.signal);
      }),
  };
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
