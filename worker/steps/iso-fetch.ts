import { posix } from 'node:path';
import type { InstallRecord, IsoRequest } from '../../core/contracts/install.ts';
import { XepaError } from '../../core/errors.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { downloadFault, type IsoFault, probeFault } from '../host/iso-faults.ts';
import { type DownloadState, probeUrl } from '../host/media.ts';
import { packagesMb } from '../host/package-size.ts';
import { need } from './deps.ts';

/** Where an ISO is to be had. */
export interface IsoSource {
  /** The address that answered first, then the others. */
  urls: readonly string[];
  /** Null where its server does not tell. */
  bytes: number | null;
  ranges: boolean;
  /** What there is room for on the server. */
  roomBytes: number;
  fits: boolean;
}

/**
 * Before a byte is downloaded: who has it, and does it fit into memory beside the VM?
 * @param wanted `path`: where it is to lie; `memoryBytes`: what the VM and other files leave of the server's memory
 * @throws XepaError iso-unusable
 */
export async function findSource(
  shell: HostShell,
  wanted: { iso: IsoRequest; path: string; memoryBytes: number },
  signal: AbortSignal,
): Promise<IsoSource> {
  const faults: IsoFault[] = [];
  const urls = urlsOf(wanted.iso);
  for (const url of urls) {
    const probe = await shell.exec(probeUrl({ url, folder: posix.dirname(wanted.path) }), signal);
    const fault = probeFault(url, probe);
    if (fault === null) {
      const roomBytes = Math.max(0, Math.min(probe.freeBytes ?? wanted.memoryBytes, wanted.memoryBytes));
      const { bytes, ranges } = probe;
      const sources = [url, ...urls.filter((other) => other !== url)];
      return { urls: sources, bytes, ranges, roomBytes, fits: bytes === null || bytes <= roomBytes };
    }
    faults.push(fault);
  }
  const sentence = faults.map((fault) => fault.sentence).join(' ');
  throw unusable(sentence, faults.some(({ retry }) => retry === 'backoff') ? 'backoff' : 'no');
}

/** Its address and those of its mirrors. */
export function urlsOf(iso: IsoRequest): string[] {
  return [iso.url, ...(iso.mirrors ?? [])];
}

/** @throws XepaError iso-unusable where all of it does not go there */
export function mustFit({ bytes, roomBytes, fits }: IsoSource, otherwise = ''): void {
  if (fits || bytes === null) return;
  throw unusable(
    `The ISO has ${megabytes(bytes)} MB, but only ${megabytes(roomBytes)} MB of the server's memory are free for it beside the VM. Take a smaller one: many systems have a network installer.${otherwise}`,
  );
}

/** Stays with the rescue system beside the VM and all discs, for QEMU itself too: with less the kernel ends processes, the VM first of all. */
export const keptBytes = 256 * 1024 * 1024;

/** What the VM, the packages added for it and the discs beside the ISO leave of the server's memory. */
export function memoryForIso({ facts }: InstallRecord): number {
  const { memoryMb, block } = need(facts.plan, 'plan');
  const added = (facts.prepare?.added ?? []).length > 0 ? packagesMb : 0;
  const taken = (memoryMb + (block?.scratchMb ?? 0) + added) * 1024 * 1024;
  const also = (facts.extras?.also ?? []).reduce((sum, { bytes }) => sum + bytes, 0);
  return need(facts.survey, 'survey').memoryAvailableBytes - taken - also - keptBytes;
}

/** For a download that does not go on and is not complete. */
export function downloadFailed(iso: IsoRequest, state: DownloadState): XepaError {
  const { sentence, retry } = downloadFault(iso.url, state);
  return unusable(sentence, retry);
}

/** @throws XepaError iso-unusable when another digest was asked for */
export function mustHaveDigest(iso: IsoRequest, sha256: string): void {
  if (hasDigest(iso, sha256)) return;
  throw unusable(`${wrongDigest(iso, sha256)} It was not used.`);
}

export function hasDigest(iso: IsoRequest, sha256: string): boolean {
  return iso.sha256 === undefined || iso.sha256.toLowerCase() === sha256;
}

export function wrongDigest(iso: IsoRequest, sha256: string): string {
  return `The ISO has the wrong checksum: expected ${iso.sha256}, got ${sha256}. Compare the first with what its publisher says; if that is right, take another source.`;
}

export function unusable(sentence: string, retry: 'no' | 'backoff' = 'no'): XepaError {
  return new XepaError('iso-unusable', { message: sentence, userMessage: sentence, retry });
}

function megabytes(bytes: number): number {
  return Math.max(0, Math.round(bytes / (1024 * 1024)));
}
