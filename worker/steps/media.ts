import { bootsKernel } from '../../core/answers/finishes-on-reboot.ts';
import { startsFromDisk } from '../../core/console-round.ts';
import type { MediaFacts } from '../../core/contracts/facts.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { mediaFolder, otherDiscPath } from '../../core/media-paths.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { openDoor, peekHead } from '../host/iso-door.ts';
import { bootMismatch, type IsoHead } from '../host/iso-head.ts';
import { type DownloadState, inspectMedia, removeFile } from '../host/media.ts';
import { makeMediaFolder } from '../host/media-folder.ts';
import { done, type Outcome, type Step, type StepContext, waiting } from '../saga/step.ts';
import { fetchAlso } from './also-discs.ts';
import { isoOf, mediaPath, need, type StepDeps } from './deps.ts';
import { makeExtras, removeExtras } from './extras.ts';
import { begun, isWindow } from './iso-begin.ts';
import { downloadFailed, mustHaveDigest, unusable } from './iso-fetch.ts';
import { downloadProgress } from './iso-stream.ts';
import { readThrough } from './iso-window.ts';
import { nextLookAtMs } from './next-look.ts';
import { undoOnDevice } from './undo-on-device.ts';

/** The most between two looks at a download. */
const POLL_MS = 2_000;

/**
 * The device downloads the ISO itself, where there is one. Its digest and its boot catalogue are checked before anything uses it; where
 * it is to be streamed the catalogue only, and `attend` checks the digest when the last byte has come.
 */
export function mediaStep(deps: StepDeps): Step {
  return {
    name: 'media',
    timeoutMs: deps.settings.mediaMs,
    attempts: 4,
    async run(context) {
      const shell = await deps.shells.shellOf(context.record, context.signal);
      // The drive stays empty; what somebody may want in it later has its place.
      if (startsFromDisk(context.record)) {
        await shell.exec(makeMediaFolder(mediaFolder), context.signal);
        return done();
      }
      const also = await fetchAlso(shell, context);
      if (also) return also;
      const state = await begun(shell, context);
      if (state.complete) return check(deps, context, { shell, state });
      if (isWindow(context)) {
        const reading = await readThrough(context, shell);
        if (reading) return reading;
      }
      return (await open(deps, shell, context)) ?? progressOf(state, context);
    },
    undo: (context) =>
      undoOnDevice(deps, context, async (shell) => {
        await shell.exec(removeFile(mediaPath(context.record)), context.signal);
        await shell.exec(removeFile(otherDiscPath(context.record)), context.signal);
        await removeExtras(shell, context.record, context.signal);
      }),
  };
}

/** Lets the VM start while the ISO arrives; null where it is to be downloaded first. */
async function open(deps: StepDeps, shell: HostShell, context: StepContext): Promise<Outcome | null> {
  const media = context.record.facts.media;
  if (!media?.stream) return null;
  const { door, error } = await shell.exec(openDoor(media), context.signal);
  if (door === 'open') {
    const head = bootable(await shell.exec(peekHead(media.path), context.signal), context.record);
    const streamed = { ...media, ...head };
    return done({ media: streamed, extras: await makeExtras(deps, shell, context, streamed) });
  }
  const why =
    door === 'missing' ? 'the rescue system has no nbdkit, and none to add' : `nbdkit did not start: ${error}`;
  if (!media.stream.kept)
    throw unusable(`The ISO does not fit into the server's memory, and cannot be read where it is: ${why}.`);
  const { stream: _none, ...rest } = media;
  await context.save({ media: { ...rest, notStreamed: why } });
  return null;
}

function progressOf(state: DownloadState, context: StepContext): Outcome {
  const { media } = context.record.facts;
  if (!state.running) throw downloadFailed(isoOf(context.record), state);
  const instead = media?.notStreamed === undefined ? '' : `, which cannot be streamed: ${media.notStreamed}`;
  const progress = downloadProgress(state, media?.bytes);
  const ms = nextLookAtMs(progress, context.now() - context.entry.startedAt, POLL_MS);
  return waiting(ms, `the ISO to be downloaded${instead}`, progress);
}

async function check(
  deps: StepDeps,
  context: StepContext,
  { shell, state }: { shell: HostShell; state: DownloadState },
): Promise<Outcome> {
  const iso = isoOf(context.record);
  const path = mediaPath(context.record);
  const { bytes, sha256, head } = state.report ?? (await shell.exec(inspectMedia(path), context.signal));
  mustHaveDigest(iso, sha256);
  const media = { path, bytes, sha256, ...bootable(head, context.record) };
  return done({ media, extras: await makeExtras(deps, shell, context, media) });
}

/** @throws XepaError iso-unusable when this server cannot boot it */
function bootable(head: IsoHead, record: InstallRecord): Pick<MediaFacts, 'label' | 'boots' | 'windows'> {
  if ('unusable' in head) throw unusable(head.unusable);
  // A kernel that is booted by itself needs no boot loader of the ISO.
  const { firmware } = need(record.facts.plan, 'plan');
  const mismatch = bootsKernel(record.request) ? null : bootMismatch(head.boots, firmware);
  if (mismatch !== null) throw unusable(mismatch);
  return head;
}
