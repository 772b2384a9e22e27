import { bootsKernel } from '../../core/answers/finishes-on-reboot.ts';
import { startsFromDisk } from '../../core/console-round.ts';
import type { MediaFacts } from '../../core/contracts/facts.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { XepaError } from '../../core/errors.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { doorAddress } from '../host/iso-door.ts';
import { type DownloadState, downloadState, startDownload } from '../host/media.ts';
import type { StepContext } from '../saga/step.ts';
import { isoOf, mediaPath } from './deps.ts';
import { downloadFailed, findSource, type IsoSource, memoryForIso, mustFit } from './iso-fetch.ts';
import { patienceSeconds, whyNotStreamed } from './iso-stream.ts';
import { withoutKeeping } from './iso-window.ts';

/** The end of a sentence. */
const wholeIso = "the installer's kernel is read out of the whole ISO";

function obstacleTo({ request }: InstallRecord, source: IsoSource): string | null {
  return bootsKernel(request) ? wholeIso : whyNotStreamed(source);
}

/** @throws XepaError iso-unusable where a download has ended in a way that another try does not mend */
function mustBeMended(state: DownloadState, { record }: StepContext): void {
  if (state.exitCode === null) return;
  const failed = downloadFailed(isoOf(record), state);
  if (failed.retry === 'no') throw failed;
}

/** The download, started if it is not; of an ISO that is read where it is there is none. */
export async function begun(shell: HostShell, context: StepContext): Promise<DownloadState> {
  const state = await shell.exec(downloadState(mediaPath(context.record)), context.signal);
  if (state.running || state.complete || isWindow(context)) return state;
  mustBeMended(state, context);
  const source = await sourceOf(shell, context);
  if (!source.fits) {
    if (bootsKernel(context.record.request)) mustFit(source, ` It cannot be read where it is either: ${wholeIso}.`);
    await withoutKeeping(context, source);
    return state;
  }
  return start(shell, context, source);
}

function sourceOf(shell: HostShell, { record, signal }: StepContext): Promise<IsoSource> {
  const wanted = { iso: isoOf(record), path: mediaPath(record), memoryBytes: memoryForIso(record) };
  return findSource(shell, wanted, signal);
}

export function isWindow({ record }: StepContext): boolean {
  return record.facts.media?.stream?.kept === false;
}

async function start(shell: HostShell, context: StepContext, source: IsoSource): Promise<DownloadState> {
  const { record, signal } = context;
  const path = mediaPath(record);
  const streamed = record.request.media === 'stream';
  const obstacle = streamed ? obstacleTo(record, source) : null;
  await save(context, {
    bytes: source.bytes ?? 0,
    ...(streamed && obstacle === null ? { stream: { drive: doorAddress(path), verified: false, kept: true } } : {}),
    ...(obstacle === null ? {} : { notStreamed: obstacle }),
  });
  return shell.exec(startDownload({ ...source, path, patienceSeconds: patienceSeconds(record) }), signal);
}

/**
 * Sets the ISO on its way while the server is made ready, where there is certainly room for both. What is wrong with it is found again, and
 * told, by the step `media`; so it never fails. @param besidesBytes what else is about to take memory
 */
export async function sendForIso(shell: HostShell, context: StepContext, besidesBytes: number): Promise<void> {
  const { facts, request } = context.record;
  // Further discs come first, and what has been begun goes on by itself.
  if (!request.iso || startsFromDisk(context.record) || request.also?.length || facts.media) return;
  try {
    const source = await sourceOf(shell, context);
    const taken = (source.bytes ?? Number.POSITIVE_INFINITY) + besidesBytes;
    if (source.fits && (besidesBytes === 0 || taken <= source.roomBytes)) await start(shell, context, source);
  } catch (error) {
    if (!(error instanceof XepaError)) throw error;
  }
}

async function save(context: StepContext, known: Partial<MediaFacts>): Promise<void> {
  await context.save({
    media: { path: mediaPath(context.record), bytes: 0, sha256: '', label: '', boots: [], ...known },
  });
}
