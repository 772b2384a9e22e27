import { bootsKernel } from '../../core/answers/finishes-on-reboot.ts';
import type { IsoRequest } from '../../core/contracts/install.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import { mediaFolder, otherDiscPath } from '../../core/media-paths.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { bootMismatch } from '../host/iso-head.ts';
import { type DownloadState, downloadState, inspectMedia, removeFile, startDownload } from '../host/media.ts';
import { makeMediaFolder } from '../host/media-folder.ts';
import { done, type Outcome, type Step, type StepContext, waiting } from '../saga/step.ts';
import { fetchAlso } from './also-discs.ts';
import { mediaPath, need, type StepDeps } from './deps.ts';
import { makeExtras, removeExtras } from './extras.ts';
import { alsoBytes, bytesToFetch, downloadFailed, mustHaveDigest, unusable } from './iso-fetch.ts';
import { nextLookMs } from './next-look.ts';
import { undoOnDevice } from './undo-on-device.ts';

/** The most between two looks at a download. */
const POLL_MS = 2_000;

/** The device downloads the ISO, where there is one; its digest and its boot catalogue are checked before anything uses it. */
export function mediaStep(deps: StepDeps): Step {
  return {
    name: 'media',
    timeoutMs: deps.settings.mediaMs,
    attempts: 4,
    async run(context) {
      const { record, signal } = context;
      const shell = await deps.shells.shellOf(record, signal);
      const also = await fetchAlso(shell, context);
      if (also) return also;
      const path = mediaPath(record);
      const { iso } = record.request;
      // The drive stays empty; what somebody may want in it later has its place.
      if (!iso) {
        await shell.exec(makeMediaFolder(mediaFolder), signal);
        return done();
      }
      const { url } = iso;
      let state = await shell.exec(downloadState(path), signal);
      if (!state.running && !state.complete) {
        await refuseWhatCannotWork(shell, context, url);
        state = await shell.exec(startDownload({ url, path }), signal);
      }
      return state.complete ? check(deps, shell, context, iso) : progressOf(state, context);
    },
    undo: (context) =>
      undoOnDevice(deps, context, async (shell) => {
        await shell.exec(removeFile(mediaPath(context.record)), context.signal);
        await shell.exec(removeFile(otherDiscPath(context.record)), context.signal);
        await removeExtras(shell, context.record, context.signal);
      }),
  };
}

async function refuseWhatCannotWork(shell: HostShell, context: StepContext, url: string): Promise<void> {
  const plan = need(context.record.facts.plan, 'plan');
  const survey = need(context.record.facts.survey, 'survey');
  const memoryBytes = survey.memoryAvailableBytes - plan.memoryMb * 1024 * 1024 - alsoBytes(context.record.facts);
  const bytes = await bytesToFetch(shell, { url, memoryBytes }, context.signal);
  await context.save({
    media: { path: mediaPath(context.record), bytes: bytes ?? 0, sha256: '', label: '', boots: [] },
  });
}

function progressOf(state: DownloadState, context: StepContext): Outcome {
  if (!state.running) throw downloadFailed(state);
  const total = context.record.facts.media?.bytes || null;
  const ms = nextLookMs(context.now() - context.entry.startedAt, POLL_MS);
  return waiting(ms, 'the ISO to be downloaded', { done: state.bytes, total, unit: 'bytes' });
}

async function check(deps: StepDeps, shell: HostShell, context: StepContext, iso: IsoRequest): Promise<Outcome> {
  const path = mediaPath(context.record);
  const { bytes, sha256, head } = await shell.exec(inspectMedia(path), context.signal);
  mustHaveDigest(iso, sha256);
  if ('unusable' in head) throw unusable(head.unusable);
  // A kernel that is booted by itself needs no boot loader of the ISO.
  const mismatch = bootsKernel(context.record.request) ? null : bootMismatch(head.boots, firmwareOf(context));
  if (mismatch !== null) throw unusable(mismatch);
  const media = { path, bytes, sha256, ...head };
  return done({ media, extras: await makeExtras(deps, shell, context, media) });
}

function firmwareOf(context: StepContext): Plan['firmware'] {
  return need(context.record.facts.plan, 'plan').firmware;
}
