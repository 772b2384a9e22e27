import { isTroubleshooting } from '../../core/contracts/install.ts';
import { vmPlanOf } from '../../core/contracts/vm-plan.ts';
import { XepaError } from '../../core/errors.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { rereadDisk, rereadSentence } from '../host/block.ts';
import { type BootFile, fixBootFiles } from '../host/boot-files.ts';
import { disarmDeadMan } from '../host/dead-man.ts';
import { giveBack } from '../host/vfio.ts';
import { killVm, vmState } from '../host/vm.ts';
import { done, type Outcome, type Step, type StepContext, waiting } from '../saga/step.ts';
import { need, runDir, type StepDeps } from './deps.ts';
import { removeAnswer } from './extras.ts';
import { nextLookMs } from './next-look.ts';
import { runState, withQmp } from './vm-status.ts';

const POLL_MS = 1_000;
const ACPI_POLL_MS = 5_000;

/** Stops the VM, cleanly if the guest listens, and gives the hardware back to the rescue's kernel. */
export function handbackStep(deps: StepDeps): Step {
  return {
    name: 'handback',
    timeoutMs: 15 * 60_000,
    attempts: 6,
    async run(context) {
      await deps.tickets.revokeAll(context.record.id);
      const shell = await deps.shells.shellOf(context.record, context.signal);
      const vm = await shell.exec(vmState(runDir(context.record), { feedDeadMan: true }), context.signal);
      if (vm.pid !== null) return stopVm(deps, context, shell);
      // What the virtual TPM kept is of no use to anybody, and shall not lie around.
      if (vmPlanOf(need(context.record.facts.plan, 'plan')).tpm) {
        await shell.exec(killVm(runDir(context.record)), context.signal);
      }
      // The VM has let go of it, and what is in it may be secret.
      await removeAnswer(shell, context.record, context.signal);
      const { previous } = need(context.record.facts.bind, 'bind');
      const restored = await shell.exec(giveBack(previous), context.signal);
      const { said, trouble } = await rereadBlock(context, shell);
      const loaders = await makeBootable(context, shell);
      await shell.exec(disarmDeadMan(runDir(context.record)), context.signal);
      return done({
        handback: {
          restored: [...restored.map(({ address, driver }) => `${address} ${driver ?? 'none'}`), ...said],
          // What is wrong belongs to what people read at the end.
          loaders: [...(trouble ? said : []), ...loaders],
        },
      });
    },
  };
}

/** What the VM wrote to a disk of the rescue system went past its kernel, which has to look anew. */
async function rereadBlock(context: StepContext, shell: HostShell): Promise<{ said: string[]; trouble: boolean }> {
  const { block } = need(context.record.facts.plan, 'plan');
  // A snapshot has written nothing.
  if (!block || block.scratchMb !== undefined) return { said: [], trouble: false };
  const reread = await shell.exec(rereadDisk(block.path), context.signal);
  return { said: [rereadSentence(block.path, reread)], trouble: reread.state !== 'read' };
}

/** Boot entries made in the VM stay in the VM: the loader must lie where UEFI firmware looks by itself. */
async function makeBootable(context: StepContext, shell: HostShell): Promise<string[]> {
  const plan = need(context.record.facts.plan, 'plan');
  // What somebody mended at a console is theirs: nothing is changed on their disk behind their back.
  if (plan.firmware === 'bios' || isTroubleshooting(context.record)) return [];
  const controllers = plan.passed.filter(({ purpose }) => purpose === 'disk').map(({ address }) => address);
  const places = plan.block ? [plan.block.path] : controllers;
  return (await shell.exec(fixBootFiles(places), context.signal)).map(loaderSentence);
}

function loaderSentence({ partition, state, loader }: BootFile): string {
  const sentences = {
    present: `has its loader where firmware finds it`,
    copied: `got its loader ${loader} copied to where firmware finds it`,
    none: 'has no loader',
    failed: `has a loader, ${loader}, that could not be copied to where firmware finds it`,
    unreadable: 'could not be read',
  };
  return `${partition} ${sentences[state]}`;
}

/** Power-down by ACPI first: a system that was just installed may still be writing. Then QEMU's own end. */
async function stopVm(deps: StepDeps, context: StepContext, shell: HostShell): Promise<Outcome> {
  if (!context.record.facts.poweringDown) {
    await deps.eyes.keep(context, shell, 'before-handback');
    await context.save({ poweringDown: { since: context.now() } });
  }
  const waited = context.now() - need(context.record.facts.poweringDown, 'handback').since;
  if (waited > 2 * deps.settings.powerDownMs) {
    await shell.exec(killVm(runDir(context.record)), context.signal);
    return waiting(0, 'the VM to stop');
  }
  const asked = withQmp(shell, need(context.record.facts.launch, 'launch').qmp, async (qmp) => {
    const state = await runState(qmp);
    // Somebody switched it off at the console, or the guest did: nobody is there to hear the power button.
    const listens = state !== 'shutdown' && state !== 'prelaunch';
    if (listens && waited < deps.settings.powerDownMs) {
      // A VM that somebody paused must run to power down.
      if (state === 'paused') await qmp.execute('cont');
      await qmp.execute('system_powerdown');
      return waiting(ACPI_POLL_MS, 'the installed system to power down');
    }
    // QEMU may be gone before it answers; the next look sees whether it is.
    await qmp.execute('quit').catch(() => undefined);
    return waiting(nextLookMs(waited, POLL_MS), 'the VM to stop');
  });
  return asked.catch(unlessDeaf);
}

/** A QEMU that does not listen is no failure of the step: it has its time like a guest that does not, and is killed. */
function unlessDeaf(error: unknown): Outcome {
  const deaf = error instanceof XepaError && ['vm-failed', 'host-command-failed'].includes(error.code);
  if (!deaf) throw error;
  return waiting(ACPI_POLL_MS, 'the VM to stop, which does not listen');
}
