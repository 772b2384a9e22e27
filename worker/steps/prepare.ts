import { vmPlanOf } from '../../core/contracts/vm-plan.ts';
import { machineFacts } from '../host/machine-facts.ts';
import { loadModules } from '../host/modules.ts';
import { addPackages, packagesToAdd, removePackages } from '../host/packages.ts';
import { done, type Step } from '../saga/step.ts';
import { need, type StepDeps } from './deps.ts';
import { undoOnDevice } from './undo-on-device.ts';

/** Brings QEMU, firmware and kernel modules into the rescue system: only what is missing. */
export function prepareStep(deps: StepDeps): Step {
  return {
    name: 'prepare',
    timeoutMs: 15 * 60_000,
    attempts: 4,
    async run(context) {
      const plan = need(context.record.facts.plan, 'plan');
      const { tpm, secureBoot } = vmPlanOf(plan);
      const found = need(context.record.facts.survey, 'survey');
      const survey = { ...found, firmware: plan.firmware, virtualTpm: tpm };
      const shell = await deps.shells.shellOf(context.record, context.signal);
      const wish = addPackages(survey);
      // Said before it is done, so that the undo knows what a crash in the middle has left.
      const added = packagesToAdd(survey);
      if (!context.record.facts.prepare) await context.save({ prepare: { added, kvm: false, ovmf: null } });
      if (wish) await shell.exec(wish, context.signal);
      const { kvm, ovmf } = await shell.exec(loadModules(survey, { secureBoot }), context.signal);
      const machine = await shell.exec(machineFacts(), context.signal);
      return done({ prepare: { added, kvm, ovmf, machine } });
    },
    undo: (context) =>
      undoOnDevice(deps, context, async (shell) => {
        const { survey, prepare } = context.record.facts;
        const removal = survey && prepare ? removePackages(survey, prepare.added) : null;
        if (removal) await shell.exec(removal, context.signal);
      }),
  };
}
