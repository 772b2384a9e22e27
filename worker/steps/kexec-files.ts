import { posix } from 'node:path';
import { mediaFolder } from '../../core/media-paths.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import {
  isSameKernel,
  type KernelLook,
  kernelObstacle,
  lookForKernels,
  memoryObstacle,
  ownFiles,
} from '../host/kexec-files.ts';
import { type DownloadState, downloadState, probeUrl, startDownload } from '../host/media.ts';
import type { RescueKernel } from '../host/rescue-kernels.ts';
import { adapterOf } from '../providers/in-account.ts';
import { type Outcome, type StepContext, waiting } from '../saga/step.ts';
import { need, type StepDeps } from './deps.ts';

const POLL_MS = 1_000;
/** Without progress. */
const PATIENCE_SECONDS = 60;

/** What the kernel is started anew from. */
interface StartFiles {
  kernel: { path: string; sha256?: string };
  initrd: { path: string; sha256?: string };
  source: 'rescue' | 'operator';
}

/** Where files that come from elsewhere lie on the server. */
export function downloadPaths(installId: string): { kernel: string; initrd: string } {
  const base = posix.join(mediaFolder, `${installId}-rescue`);
  return { kernel: `${base}-kernel`, initrd: `${base}-initrd` };
}

/** Files that lie on the rescue system, or that the operator names. */
type Choice = { own: StartFiles } | { named: RescueKernel } | { why: string };

/**
 * Kernel and initrd of this very rescue system: those that it was started with, where they lie on it and that is proven; else those that the
 * operator names for its provider and version. `why`: there are none, or this kernel starts no other.
 */
export async function chooseFiles(
  deps: Pick<StepDeps, 'settings'>,
  { record, signal }: Pick<StepContext, 'record' | 'signal'>,
  shell: HostShell,
): Promise<Choice> {
  const paths = downloadPaths(record.id);
  const look = await shell.exec(lookForKernels([paths.kernel]), signal);
  const obstacle = kernelObstacle(look);
  if (obstacle !== null) return { why: obstacle };
  const own = ownFiles({ ...look, kernels: look.kernels.filter(({ path }) => path !== paths.kernel) });
  if (own) {
    const why = memoryObstacle(look, own.kernel.bytes + own.initrd.bytes);
    return why === null ? { own: { ...own, source: 'rescue' } } : { why };
  }
  const { provider } = record.device;
  const { kernels } = deps.settings.kexec;
  // What a provider boots is the same in each of its accounts.
  const known = kernels[provider] ?? kernels[adapterOf(provider)];
  const named = known?.find(({ release }) => release === look.release);
  return named ? { named } : { why: noFiles(look, adapterOf(provider)) };
}

function noFiles({ release }: KernelLook, provider: string): string {
  return `Kernel and initrd that this rescue system was started with (${release}) are not on it, or that cannot be proven, and XEPA_RESCUE_KERNELS names none for \`${provider}\`.`;
}

/**
 * Brings the named files there, a step further with each call, and has the kernel looked at before it is used.
 * @returns what is waited for, or why they will not do
 */
export async function download(
  { record, signal }: StepContext,
  shell: HostShell,
  named: RescueKernel,
): Promise<StartFiles | Outcome | { why: string }> {
  const paths = downloadPaths(record.id);
  const { memoryAvailableBytes: memoryBytes } = need(record.facts.survey, 'survey');
  let bytes = 0;
  for (const part of ['kernel', 'initrd'] as const) {
    const file = { url: named[part].url, path: paths[part], memoryBytes };
    const state = await fetched(shell, file, signal);
    if (state.complete) bytes += state.bytes;
    else if (!state.running) return { why: broken(part, named[part].url, state) };
    else
      return waiting(POLL_MS, `the rescue system's ${part}, to start it anew`, {
        done: state.bytes,
        total: null,
        unit: 'bytes',
      });
  }
  const now = await shell.exec(lookForKernels([paths.kernel]), signal);
  const version = now.kernels.find(({ path }) => path === paths.kernel)?.version ?? '';
  if (!isSameKernel(now, version)) {
    return { why: `XEPA_RESCUE_KERNELS names another kernel than the one that runs: ${version || 'no boot image'}.` };
  }
  const why = memoryObstacle(now, bytes);
  if (why !== null) return { why };
  const fileOf = (part: 'kernel' | 'initrd') => ({ path: paths[part], sha256: named[part].sha256 });
  return { kernel: fileOf('kernel'), initrd: fileOf('initrd'), source: 'operator' };
}

async function fetched(
  shell: HostShell,
  { url, path, memoryBytes }: { url: string; path: string; memoryBytes: number },
  signal: AbortSignal,
): Promise<DownloadState> {
  const state = await shell.exec(downloadState(path), signal);
  if (state.running || state.complete || state.exitCode !== null) return state;
  // Makes the folder, and tells what goes in there.
  const { bytes, freeBytes } = await shell.exec(probeUrl({ url, folder: posix.dirname(path) }), signal);
  const wanted = { path, urls: [url], bytes, roomBytes: freeBytes ?? memoryBytes, patienceSeconds: PATIENCE_SECONDS };
  return shell.exec(startDownload(wanted), signal);
}

function broken(part: string, url: string, { status, error, exitCode }: DownloadState): string {
  const said = status >= 400 ? `it answers ${status}` : error || `curl ended with ${exitCode}`;
  return `The rescue system's ${part} could not be downloaded from ${new URL(url).host}: ${said.replace(/\.$/, '')}.`;
}
