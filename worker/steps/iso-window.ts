import type { HostShell } from '../../core/ssh/host-shell.ts';
import { doorAddress } from '../host/iso-door.ts';
import { openWindow } from '../host/iso-window.ts';
import { type Outcome, type StepContext, waiting } from '../saga/step.ts';
import { isoOf, mediaPath, need } from './deps.ts';
import { downloadFailed, type IsoSource, mustFit, mustHaveDigest, urlsOf } from './iso-fetch.ts';
import { downloadProgress, whyNotStreamed } from './iso-stream.ts';

const POLL_MS = 2_000;

/** What is kept of such an ISO while it is read, and some to spare. */
export const windowBytes = 320 * 1024 * 1024;

/**
 * An ISO for which there is no room can be read where it is. With a digest that is safe: all of it is read once before, and
 * what is read later must be of the same size and entity tag. Without one somebody must have asked for it.
 * @throws XepaError iso-unusable where that cannot be
 */
export async function withoutKeeping(context: StepContext, source: IsoSource): Promise<void> {
  const iso = isoOf(context.record);
  const { media } = context.record.request;
  const obstacle = source.roomBytes < windowBytes ? 'there is no room even for a part of it' : whyNotStreamed(source);
  if (obstacle !== null) mustFit(source, ` It cannot be read where it is either: ${obstacle}.`);
  if (iso.sha256 === undefined && media !== 'stream') {
    mustFit(source, ' Or give its `--sha256`: then it is read once to verify it, and once more while it is installed.');
  }
  const path = mediaPath(context.record);
  const stream = { drive: doorAddress(path), verified: iso.sha256 === undefined, kept: false };
  await context.save({ media: { path, bytes: source.bytes ?? 0, sha256: '', label: '', boots: [], stream } });
}

/**
 * Lets it be read where it is, once its digest was compared.
 * @returns what is waited for; null when it may be used
 * @throws XepaError iso-unusable
 */
export async function readThrough(context: StepContext, shell: HostShell): Promise<Outcome | null> {
  const { record, signal } = context;
  const iso = isoOf(record);
  const media = need(record.facts.media, 'media');
  const verify = iso.sha256 !== undefined;
  const { sha256, reading } = await shell.exec(openWindow({ path: media.path, urls: urlsOf(iso), verify }), signal);
  if (!verify) return null;
  if (sha256 === '') {
    if (!reading.running) throw downloadFailed(iso, reading);
    return waiting(POLL_MS, everything, downloadProgress(reading, media.bytes));
  }
  mustHaveDigest(iso, sha256);
  const stream = { drive: doorAddress(media.path), verified: true, kept: false };
  await context.save({ media: { ...media, sha256, stream } });
  return null;
}

const everything = 'the ISO to be read once to verify it, for the server has no room to keep it';
