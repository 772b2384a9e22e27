import type { Plan } from '../../core/contracts/plan.ts';
import { XepaError } from '../../core/errors.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { bootMismatch } from '../host/iso-head.ts';
import { type DownloadState, downloadState, inspectMedia, probeUrl, removeFile, startDownload } from '../host/media.ts';
import { done, type Outcome, type Step, type StepContext, waiting } from '../saga/step.ts';
import { mediaFolder, mediaPath, need, type StepDeps } from './deps.ts';
import { undoOnDevice } from './undo-on-device.ts';

const POLL_MS = 2_000;
/** curl's codes for what another try does not mend: refused by the server, no room to write, too large. */
const finalCurlCodes = [22, 23, 63];

/** The device downloads the ISO; its digest and its boot catalogue are checked before anything uses it. */
export function mediaStep(deps: StepDeps): Step {
  return {
    name: 'media',
    timeoutMs: deps.settings.mediaMs,
    attempts: 4,
    async run(context) {
      const { record, signal } = context;
      const shell = await deps.shells.shellOf(record, signal);
      const path = mediaPath(record);
      const { url } = record.request.iso;
      let state = await shell.exec(downloadState(path), signal);
      if (!state.running && !state.complete) {
        await refuseWhatCannotWork(shell, context);
        state = await shell.exec(startDownload({ url, path }), signal);
      }
      return state.complete ? check(shell, context) : progressOf(state, context);
    },
    undo: (context) =>
      undoOnDevice(deps, context, async (shell) => {
        await shell.exec(removeFile(mediaPath(context.record)), context.signal);
      }),
  };
}

/** Before a byte is downloaded: is it there, and does it fit into memory beside the VM? */
async function refuseWhatCannotWork(shell: HostShell, context: StepContext): Promise<void> {
  const { iso } = context.record.request;
  const probe = await shell.exec(probeUrl({ url: iso.url, folder: mediaFolder }), context.signal);
  if (probe.status === 0) {
    const why = probe.error === '' ? '' : ` ${probe.error}`;
    throw unusable(`The server cannot reach ${hostOf(iso.url)} to download the ISO.${why}`, 'backoff');
  }
  if (probe.status >= 500) throw unusable(`${hostOf(iso.url)} answers ${probe.status} for the ISO.`, 'backoff');
  if (probe.status >= 400) {
    throw unusable(`The ISO is not there: ${hostOf(iso.url)} answers ${probe.status} for ${pathOf(iso.url)}.`);
  }
  const plan = need(context.record.facts.plan, 'plan');
  const survey = need(context.record.facts.survey, 'survey');
  const roomBytes = Math.min(probe.freeBytes, survey.memoryAvailableBytes - plan.memoryMb * 1024 * 1024);
  if (probe.bytes !== null && probe.bytes > roomBytes) {
    throw unusable(
      `The ISO has ${megabytes(probe.bytes)} MB, but only ${megabytes(roomBytes)} MB of the server's memory are free for it beside the VM.`,
    );
  }
  await context.save({
    media: { path: mediaPath(context.record), bytes: probe.bytes ?? 0, sha256: '', label: '', boots: [] },
  });
}

function progressOf(state: DownloadState, context: StepContext): Outcome {
  if (!state.running) {
    const final = state.exitCode !== null && finalCurlCodes.includes(state.exitCode);
    const why = state.error || `curl ended with ${state.exitCode}`;
    throw unusable(`The download of the ISO failed: ${why}.`, final ? 'no' : 'backoff');
  }
  const total = context.record.facts.media?.bytes || null;
  return waiting(POLL_MS, 'the ISO to be downloaded', { done: state.bytes, total, unit: 'bytes' });
}

async function check(shell: HostShell, context: StepContext): Promise<Outcome> {
  const path = mediaPath(context.record);
  const { bytes, sha256, head } = await shell.exec(inspectMedia(path), context.signal);
  const { iso } = context.record.request;
  if (iso.sha256 !== undefined && iso.sha256.toLowerCase() !== sha256) {
    throw unusable(`The ISO has the wrong checksum: expected ${iso.sha256}, got ${sha256}. It was not used.`);
  }
  if ('unusable' in head) throw unusable(head.unusable);
  const mismatch = bootMismatch(head.boots, firmwareOf(context));
  if (mismatch !== null) throw unusable(mismatch);
  return done({ media: { path, bytes, sha256, label: head.label, boots: head.boots } });
}

function firmwareOf(context: StepContext): Plan['firmware'] {
  return need(context.record.facts.plan, 'plan').firmware;
}

function unusable(sentence: string, retry: 'no' | 'backoff' = 'no'): XepaError {
  return new XepaError('iso-unusable', { message: sentence, userMessage: sentence, retry });
}

function hostOf(url: string): string {
  return new URL(url).host;
}

function pathOf(url: string): string {
  return new URL(url).pathname;
}

function megabytes(bytes: number): number {
  return Math.max(0, Math.round(bytes / (1024 * 1024)));
}
