import type { HandbackFacts } from '../../core/contracts/facts.ts';
import { isTroubleshooting } from '../../core/contracts/install.ts';
import { vmPlanOf } from '../../core/contracts/vm-plan.ts';
import { XepaError } from '../../core/errors.ts';
import { answerNow, openQuestion } from '../../core/questions.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { rereadDisk, rereadSentence } from '../host/block.ts';
import { disarmDeadMan } from '../host/dead-man.ts';
import { giveBack } from '../host/vfio.ts';
import { killVm, vmState } from '../host/vm.ts';
import { done, type Outcome, type Step, type StepContext, waiting } from '../saga/step.ts';
import { type Asked, ask } from './ask.ts';
import { need, runDir, type StepDeps } from './deps.ts';
import { removeAnswer } from './extras.ts';
import { fixInstalled } from './fix-installed.ts';
import { lookAtDisks, makeBootable } from './make-bootable.ts';
import { nextLookMs } from './next-look.ts';
import { endGuard } from './stop-stack.ts';
import { runState, withQmp } from './vm-status.ts';
import { type WrittenFiles, writtenFiles } from './written-files.ts';

const POLL_MS = 1_000;
const ACPI_POLL_MS = 5_000;
/** Looks at the disk that may fail, and tries to give the hardware back. */
const LOOKS = 3;
/** While people are asked; whoever answers wakes the install. */
const ASKED_MS = 60_000;

type Readied = Pick<HandbackFacts, 'loaders' | 'loader' | 'bootable' | 'notes'>;

/**
 * Stops the VM, cleanly if the guest listens, gives the hardware back to the rescue's kernel and sees to it that the disk boots. Where
 * nothing on it would, people are asked before the metal is restarted.
 */
export function handbackStep(deps: StepDeps): Step {
  return {
    name: 'handback',
    timeoutMs: 15 * 60_000 + deps.settings.askMs,
    attempts: 6,
    async run(context) {
      if (!context.record.facts.handback?.bootable) {
        const stopping = await handBack(deps, context);
        if (stopping) return stopping;
      }
      return askWhereHopeless(deps, context);
    },
  };
}

/** @returns an outcome while the VM still runs; null once everything is handed back, and written down */
async function handBack(deps: StepDeps, context: StepContext): Promise<Outcome | null> {
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
  const { restored, lost } = await giveBackDrivers(context, shell);
  const { said, trouble } = await rereadBlock(context, shell);
  const files = writtenFiles(context);
  const readied = await readyDisks(context, shell, files);
  await endGuard(shell, context.record, context.signal);
  await shell.exec(disarmDeadMan(runDir(context.record)), context.signal);
  await context.save({
    handback: {
      restored: [...restored, ...said],
      ...readied,
      // A kernel that still sees the old partitions is no witness that nothing is there.
      bootable:
        trouble && readied.bootable?.verdict === 'no'
          ? { verdict: 'unsure', why: readied.bootable.why }
          : readied.bootable,
      // What is wrong belongs to what people read at the end.
      loaders: [...lost, ...(trouble ? said : []), ...readied.loaders],
      written: files.all(),
    },
  });
  return null;
}

/**
 * A port or controller that its firmware does not let the rescue's kernel take up again is brought back by the restart that follows, and must
 * not cost an install that is done. @returns a sentence for each function that came back, or for those that did not
 */
async function giveBackDrivers(
  { record, entry, signal }: StepContext,
  shell: HostShell,
): Promise<Record<'restored' | 'lost', string[]>> {
  const { previous } = need(record.facts.bind, 'bind');
  try {
    const drivers = await shell.exec(giveBack(previous), signal);
    return { restored: drivers.map(({ address, driver }) => `${address} ${driver ?? 'none'}`), lost: [] };
  } catch (error) {
    const bearable = error instanceof XepaError && staysOut.has(error.code) && entry.failures >= LOOKS;
    if (signal.aborted || !bearable) throw error;
    return { restored: [], lost: [`The rescue system did not take back all of its hardware: ${error.userMessage}`] };
  }
}

/** It came back without a driver, or the kernel still waits for it. */
const staysOut: ReadonlySet<string> = new Set(['device-unfit', 'host-command-timeout']);

/** What somebody mended at a console is theirs: nothing is changed on their disk behind their back. */
const asPeopleLeftIt: Readied = {
  ...{ loaders: [], loader: null, notes: [] },
  bootable: { verdict: 'unsure', why: 'The disk is as the people at its console left it.' },
};

/** What cannot be looked at must not cost an install that is done: after a few tries the metal shows what is on it. */
async function readyDisks(context: StepContext, shell: HostShell, files: WrittenFiles): Promise<Readied> {
  if (isTroubleshooting(context.record)) return asPeopleLeftIt;
  try {
    const found = await lookAtDisks(context, shell);
    const boots = await makeBootable(context, shell, { found, files });
    return { ...boots, notes: await fixInstalled(context, shell, { found, files }) };
  } catch (error) {
    const stopped = context.signal.aborted || !(error instanceof XepaError);
    if (stopped || context.entry.failures < LOOKS) throw error;
    const why = `The disk could not be looked at: ${error.userMessage}`;
    return { loaders: [why], loader: null, bootable: { verdict: 'unsure', why }, notes: [] };
  }
}

/** Nothing to boot is better told while the server is still in rescue. Without an answer it boots, as it would have. */
async function askWhereHopeless(deps: StepDeps, context: StepContext): Promise<Outcome> {
  const { bootable } = need(context.record.facts.handback, 'handback');
  if (bootable?.verdict !== 'no' || deps.settings.askMs === 0) return done();
  const answer = answerNow(context.record);
  if (answer?.kind === 'leave-in-rescue') return done({ stays: { by: answer.by.id } });
  if (answer) return done();
  const question = openQuestion(context.record);
  if (!question) await ask(deps, context, hopeless(bootable.why));
  else if (context.now() >= question.until) return done();
  return waiting(ASKED_MS, 'somebody to say whether to boot a disk on which nothing bootable was found');
}

function hopeless(why: string): Asked {
  return {
    kind: 'nothing-bootable',
    step: 'handback',
    why: 'Nothing was found on the disk that this server would start from.',
    findings: [why],
    logs: [],
    answers: ['boot', 'leave-in-rescue'],
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
