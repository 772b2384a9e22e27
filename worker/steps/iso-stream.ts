import type { MediaFacts } from '../../core/contracts/facts.ts';
import type { InstallRecord, JournalEntry } from '../../core/contracts/install.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { openDoor } from '../host/iso-door.ts';
import { type DownloadState, inspectMedia, startDownload } from '../host/media.ts';
import { killVm } from '../host/vm.ts';
import type { StepContext } from '../saga/step.ts';
import { isoOf, need, runDir } from './deps.ts';
import { downloadFailed, hasDigest, type IsoSource, unusable, urlsOf, wrongDigest } from './iso-fetch.ts';

type Progress = NonNullable<JournalEntry['progress']>;

/** A CD is read in sectors of this size; what serves it cannot serve half of one. */
const SECTOR_BYTES = 2048;

/** Seconds without progress. Before the VM runs the step is tried again; once it runs, nothing else goes on with it. */
const patience = { download: 30, stream: 15 * 60 };

export function patienceSeconds({ request }: InstallRecord): number {
  return patience[request.media ?? 'download'];
}

/** Why the VM cannot be started before all of an ISO is there, as the end of a sentence; null where it can. */
export function whyNotStreamed({ bytes, ranges }: Pick<IsoSource, 'bytes' | 'ranges'>): string | null {
  if (bytes === null) return 'its server does not tell its size';
  if (!ranges) return 'its server gives no parts of it';
  return bytes % SECTOR_BYTES === 0 ? null : 'its size is not one of a CD';
}

export function downloadProgress(state: DownloadState, total: number | undefined): Progress {
  const { bytes: done, perSecond } = state;
  return { done, total: total || null, unit: 'bytes', ...(perSecond === null ? {} : { perSecond }) };
}

/**
 * While the installer runs from an ISO that is still arriving: keeps it coming, and compares its digest once it is whole.
 * @returns how far it is; null when there is nothing (more) to wait for
 * @throws XepaError iso-unusable when it cannot be had or is another one; the VM was stopped before that is said
 */
export async function tendStream(context: StepContext, shell: HostShell): Promise<Progress | null> {
  const { media } = context.record.facts;
  if (media?.stream?.kept === false) await shell.exec(openDoor(media), context.signal);
  if (!isArriving(media)) return null;
  const iso = isoOf(context.record);
  let { download: state } = await shell.exec(openDoor(media), context.signal);
  if (state.complete) return settle(context, shell, media);
  if (!state.running) {
    if (state.exitCode !== null) await stop(context, shell, downloadFailed(iso, state).userMessage);
    state = await shell.exec(resumed(context.record, media), context.signal);
  }
  return downloadProgress(state, media.bytes);
}

/** Its digest was given, so nothing is done with what it installed before that was compared. */
export function mustStillVerify({ request, facts }: InstallRecord): boolean {
  return isArriving(facts.media) && request.iso?.sha256 !== undefined;
}

/** Its installer runs, and all of its bytes were not there yet at the last look. */
function isArriving(media: MediaFacts | undefined): media is MediaFacts {
  return media?.stream?.verified === false;
}

/** Its process is gone without a word, as after an end of memory. */
function resumed(record: InstallRecord, { path, bytes }: MediaFacts) {
  const urls = urlsOf(isoOf(record));
  return startDownload({ path, urls, bytes, roomBytes: bytes, patienceSeconds: patienceSeconds(record) });
}

async function settle(context: StepContext, shell: HostShell, media: MediaFacts): Promise<null> {
  const iso = isoOf(context.record);
  const { bytes, sha256 } = await shell.exec(inspectMedia(media.path), context.signal);
  if (!hasDigest(iso, sha256)) await stop(context, shell, wrongDigest(iso, sha256));
  const { stream } = media;
  await context.save({
    media: { ...media, bytes, sha256, ...(stream ? { stream: { ...stream, verified: true } } : {}) },
  });
  return null;
}

/** The installer may be writing: first it is stopped, and then people are told. */
async function stop({ record, signal }: StepContext, shell: HostShell, why: string): Promise<never> {
  await shell.exec(killVm(runDir(record)), signal);
  const disks = need(record.facts.plan, 'plan').erases.map(({ model, serial }) => `${model} (${serial})`.trim());
  throw unusable(
    `${why} The installer was running from it already and was stopped. It may have written to ${disks.join(' and ') || 'the disk'}: do not boot what is there, and install again.`,
  );
}
