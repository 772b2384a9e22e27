import { posix } from 'node:path';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Survey } from '../../core/contracts/survey.ts';
import { XepaError } from '../../core/errors.ts';
import type { Command } from '../../core/ssh/command.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { packageFailure } from '../host/package-failure.ts';
import type { Need } from '../host/package-managers.ts';
import { roomObjection } from '../host/package-size.ts';
import {
  addPackages,
  forgetPackagesRun,
  lookForPackages,
  type PackagesState,
  packagesState,
} from '../host/packages.ts';
import { packagesPhrase } from '../host/packages-phrase.ts';
import { type Outcome, type StepContext, waiting } from '../saga/step.ts';
import type { StepDeps } from './deps.ts';
import { nextLookMs } from './next-look.ts';

/** The most between two looks at the work on packages. */
const POLL_MS = 1_000;

/** Beside the folder of the VM, which goes before packages do. */
export function packagesDir(record: InstallRecord): string {
  return posix.join('/run/xepa-packages', record.id);
}

/**
 * Adds what the server lacks, a step further with each call: look what there is, see that it fits, install. The work goes on
 * by itself on the server; a worker that dies leaves it to the next one.
 * @returns what is waited for; null once nothing is missing
 */
export async function addMissing(
  deps: Pick<StepDeps, 'settings'>,
  context: StepContext,
  on: { shell: HostShell; survey: Survey },
): Promise<Outcome | null> {
  const dir = packagesDir(context.record);
  const optional = helpful(context.record, on.survey);
  const look = lookForPackages(on.survey, { dir, mirrors: deps.settings.rescueMirrors, optional });
  // Said before it is done, so that the undo knows what a crash in the middle has left.
  const note = (added: string[]) => context.save({ prepare: { added, kvm: false, ovmf: null } });
  return look && bring(context, on, { dir, look, note });
}

/** What packages are looked for, the folder of that work, and who has to know their names before they are added. */
interface Errand {
  dir: string;
  look: Command<PackagesState>;
  note(names: string[]): Promise<void>;
}

/**
 * Adds what is looked for, a step further with each call.
 * @returns what is waited for; null once it is there
 * @throws XepaError host-command-failed, device-unfit
 */
export async function bring(
  context: StepContext,
  on: { shell: HostShell; survey: Survey },
  errand: Errand,
): Promise<Outcome | null> {
  const { shell } = on;
  const { dir, look } = errand;
  const state = await shell.exec(packagesState(dir), context.signal);
  if (state.running) return waitingFor(context, state);
  if (state.action === null) return waitingFor(context, await shell.exec(look, context.signal));
  if (state.exit !== 0) {
    await shell.exec(forgetPackagesRun(dir), context.signal);
    throw packageFailure(state);
  }
  // What is merely wished for may not be there at all.
  return state.action === 'add' || state.found.length === 0 ? null : install(context, on, { ...errand, state });
}

/** What the install does better with, and goes on without: where there is no curl, nobody may be trusted either. */
function helpful({ request }: InstallRecord, { tools }: Survey): Need[] {
  return [
    ...(request.media === 'stream' && !tools.includes('nbdkit') ? (['nbdkit'] as const) : []),
    ...(tools.includes('curl') ? [] : (['certificates'] as const)),
  ];
}

async function install(
  context: StepContext,
  { shell, survey }: { shell: HostShell; survey: Survey },
  { dir, note, state: { found: names, size, room } }: Errand & { state: PackagesState },
): Promise<Outcome> {
  const objection = roomObjection(size, room);
  if (objection !== null) throw tooLarge(objection);
  await note(names);
  return waitingFor(context, await shell.exec(addPackages(survey, { dir, names }), context.signal));
}

function waitingFor({ entry, now }: StepContext, state: PackagesState): Outcome {
  return waiting(nextLookMs(now() - entry.startedAt, POLL_MS), packagesPhrase(state));
}

function tooLarge(objection: string): XepaError {
  return new XepaError('device-unfit', { message: objection, userMessage: objection });
}
