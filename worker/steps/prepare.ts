import type { Survey } from '../../core/contracts/survey.ts';
import { XepaError } from '../../core/errors.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { loadModules } from '../host/modules.ts';
import { addPackages, addThese, helpfulPackages, packagesToAdd, removePackages } from '../host/packages.ts';
import { done, type Step, type StepContext } from '../saga/step.ts';
import { need, type StepDeps } from './deps.ts';
import { undoOnDevice } from './undo-on-device.ts';

/** Brings QEMU, firmware and kernel modules into the rescue system: only what is missing. */
export function prepareStep(deps: StepDeps): Step {
  return {
    name: 'prepare',
    timeoutMs: 15 * 60_000,
    attempts: 4,
    async run(context) {
      const survey = need(context.record.facts.survey, 'survey');
      const shell = await deps.shells.shellOf(context.record, context.signal);
      const wish = addPackages(survey);
      // Said before it is done, so that the undo knows what a crash in the middle has left.
      const added = packagesToAdd(survey);
      if (!context.record.facts.prepare) await context.save({ prepare: { added, kvm: false, ovmf: null } });
      if (wish) await shell.exec(wish, context.signal);
      const helpful = await addHelpful(shell, context, { survey, added });
      const { kvm, ovmf } = await shell.exec(loadModules(survey), context.signal);
      return done({ prepare: { added: [...added, ...helpful], kvm, ovmf } });
    },
    undo: (context) =>
      undoOnDevice(deps, context, async (shell) => {
        const { survey, prepare } = context.record.facts;
        const removal = survey && prepare ? removePackages(survey, prepare.added) : null;
        if (removal) await shell.exec(removal, context.signal);
      }),
  };
}

/** What the install does better with, and goes on without: not every rescue system has it. Answers with what was added. */
async function addHelpful(
  shell: HostShell,
  context: StepContext,
  { survey, added }: { survey: Survey; added: readonly string[] },
): Promise<string[]> {
  const names = helpfulPackages(survey, { streaming: context.record.request.media === 'stream' });
  const wish = addThese(survey, names);
  if (!wish) return [];
  await context.save({ prepare: { added: [...added, ...names], kvm: false, ovmf: null } });
  try {
    await shell.exec(wish, context.signal);
    return names;
  } catch (error) {
    if (!(error instanceof XepaError) || !/^host-command/.test(error.code)) throw error;
    await context.save({ prepare: { added: [...added], kvm: false, ovmf: null } });
    return [];
  }
}
