import type { ExtrasFacts, MediaFacts } from '../../core/contracts/facts.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { answerDisc } from '../host/answer-disc.ts';
import { removeFile } from '../host/media.ts';
import type { StepContext } from '../saga/step.ts';
import { extrasOf } from './also-discs.ts';
import { filledAnswer } from './answer.ts';
import { alsoPath, answerPaths, need, type StepDeps } from './deps.ts';
import { takeKernel } from './installer-kernel.ts';

/**
 * What the installer gets beside its ISO, once that is there: the answer file on a disc of its own, which goes to the server
 * through the SSH connection and is readable by root alone, and kernel and initrd where they are to be booted by themselves.
 */
export async function makeExtras(
  deps: Pick<StepDeps, 'sealer' | 'settings'>,
  shell: HostShell,
  context: StepContext,
  media: Pick<MediaFacts, 'path' | 'label'>,
): Promise<ExtrasFacts> {
  const { record, signal } = context;
  const answer = filledAnswer(deps, record, need(record.facts.plan, 'plan'));
  const { disc } = answerPaths(record);
  const { answer: asked } = record.request;
  if (answer && asked) await shell.upload(answerDisc(asked.kind, answer), { path: disc, mode: '0600' }, signal);
  const kernel = await takeKernel(shell, context, { media, answer });
  return { also: extrasOf(context).also, ...(answer ? { answer: disc } : {}), ...(kernel ? { kernel } : {}) };
}

/** Takes the answer file off the server, and what was made with it. May be repeated. */
export async function removeAnswer(shell: HostShell, record: InstallRecord, signal: AbortSignal): Promise<void> {
  const { answer, kernelArgs } = record.request;
  if (!answer && kernelArgs === undefined) return;
  const { disc, cpio, kernel, initrd } = answerPaths(record);
  for (const path of [disc, cpio, initrd, kernel]) await shell.exec(removeFile(path), signal);
}

/** Takes everything off the server that was there beside the ISO. May be repeated. */
export async function removeExtras(shell: HostShell, record: InstallRecord, signal: AbortSignal): Promise<void> {
  await removeAnswer(shell, record, signal);
  for (const index of (record.request.also ?? []).keys()) await shell.exec(removeFile(alsoPath(record, index)), signal);
}
