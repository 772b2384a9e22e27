import type { Answer } from '../../core/contracts/question.ts';
import { XepaError } from '../../core/errors.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { judgeBootable, tableInWords } from '../host/bootable.ts';
import type { Installed } from '../host/installed.ts';
import { type LastLog, readLastLogs } from '../host/last-logs.ts';
import { type Outcome, type StepContext, waiting } from '../saga/step.ts';
import { type Asked, ask } from './ask.ts';
import { need, type StepDeps } from './deps.ts';
import { entriesOf } from './leave-rescue.ts';
import { lookAtDisks, placesOf } from './make-bootable.ts';
import { ensureKey, enterRescue } from './rescue.ts';
import { proveRescue } from './rescue-proof.ts';
import { silentQuestion } from './silent-question.ts';

/** Looks at the disk that fail before it is said that they do; tries to get there before people are told that it does not work. */
const LOOKS = 3;
const TRIES = 8;

/**
 * Sets out for rescue once more, without rewinding the journal: the steps that are done stay done. From here on the install is
 * in rescue until `leaveRescue` has been called again.
 */
export async function beginReturn(deps: StepDeps, context: StepContext, answer: Answer): Promise<Outcome> {
  const entriesBefore = entriesOf(context.record);
  const boot = need(context.record.facts.boot, 'boot');
  await context.save({
    // Which entry that restart left must be known before there is another.
    boot: { ...boot, entry: boot.entry ?? entriesBefore },
    comeBack: { state: 'returning', since: context.now(), handled: answer.n, entriesBefore },
  });
  deps.shells.drop(context.record.id);
  return waiting(0, 'the rescue system');
}

/** Enters rescue as at first, has it proven, looks at the disk without writing, and asks what to do. */
export async function comeBack(deps: StepDeps, context: StepContext): Promise<Outcome> {
  const state = need(context.record.facts.comeBack, 'verify');
  try {
    await enterOnce(deps, context, state.entriesBefore);
    const proof = await proveRescue(deps, context, state.entriesBefore);
    if ('missing' in proof) return waiting(proof.ms, proof.missing);
    await context.save({ reach: proof.reach });
  } catch (error) {
    if (context.signal.aborted || !(error instanceof XepaError)) throw error;
    if (error.retry !== 'no' && context.entry.failures < TRIES) throw error;
    const sorry = `it could not be brought back into its rescue system: ${error.userMessage}`;
    const watching = { ...state, state: 'watching', since: context.now() } as const;
    await ask(deps, context, await silentQuestion(deps, context, sorry), { comeBack: watching });
    return waiting(0, 'somebody to say how to go on; see the thread');
  }
  await askInRescue(deps, context);
  return waiting(0, 'somebody to say how to go on; see the thread');
}

/** @param why what people are to know first, in sentences */
export async function askInRescue(deps: StepDeps, context: StepContext, why = proven): Promise<void> {
  const state = need(context.record.facts.comeBack, 'verify');
  const question = await inRescueQuestion(deps, context, why);
  await ask(deps, context, question, { comeBack: { ...state, state: 'in-rescue' } });
}

const proven = 'The server is back in its rescue system, which has proven itself. Nothing was written to its disk.';

/** The provider is asked once, and after a crash or a failure again: its history tells whether it heard. */
export async function enterOnce(deps: StepDeps, context: StepContext, entriesBefore: number): Promise<void> {
  const entries = entriesOf(context.record);
  const unsure = context.entry.state === 'started' || context.entry.failures > 0;
  if (entries > entriesBefore && !unsure) return;
  await ensureKey(deps, context);
  await enterRescue(deps, context, Math.max(entries, entriesBefore + 1));
}

async function inRescueQuestion(deps: StepDeps, context: StepContext, why: string): Promise<Asked> {
  const { findings, logs } = await evidence(deps, context);
  return {
    kind: 'in-rescue',
    step: 'verify',
    why,
    findings,
    logs,
    answers: ['console-again', 'boot', 'leave-in-rescue'],
  };
}

async function evidence(deps: StepDeps, context: StepContext): Promise<{ findings: string[]; logs: LastLog[] }> {
  const plan = need(context.record.facts.plan, 'plan');
  try {
    const shell: HostShell = await deps.shells.shellOf(context.record, context.signal);
    const found = await lookAtDisks(context, shell);
    const logs = await shell.exec(readLastLogs(placesOf(plan)), context.signal);
    return { findings: diskFindings(found, plan.firmware), logs };
  } catch (error) {
    const stopped = context.signal.aborted || !(error instanceof XepaError);
    if (stopped || context.entry.failures < LOOKS) throw error;
    return { findings: [`its disk could not be looked at: ${error.userMessage}`], logs: [] };
  }
}

/** What lies on the disks, a sentence each. */
function diskFindings(found: Installed, firmware: 'bios' | 'uefi'): string[] {
  const partitions = found.disks.flatMap((disk) => disk.partitions);
  const loaders = partitions.flatMap(({ name, loaders: paths }) =>
    paths.filter((path) => /\.efi$/i.test(path)).map((path) => `${name}: ${path}`),
  );
  return [
    `Starting by ${firmware === 'uefi' ? 'UEFI' : 'BIOS'}: ${judgeBootable(found, firmware).why}`,
    ...found.disks.map(tableInWords),
    ...(loaders.length > 0 ? [`UEFI programs: ${loaders.slice(0, 12).join(', ')}`] : []),
  ];
}
