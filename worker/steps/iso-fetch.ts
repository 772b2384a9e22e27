import type { Facts } from '../../core/contracts/facts.ts';
import type { IsoRequest } from '../../core/contracts/install.ts';
import { XepaError } from '../../core/errors.ts';
import { mediaFolder } from '../../core/media-paths.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { type DownloadState, probeUrl } from '../host/media.ts';

/** curl's codes for what another try does not mend: refused by the server, no room to write, too large. */
const finalCurlCodes = [22, 23, 63];

/**
 * Before a byte is downloaded: is it there, and does it fit into memory beside the VM?
 * @param wanted `memoryBytes`: what the VM and other files leave of the server's memory
 * @returns its size; null where its server does not tell
 * @throws XepaError iso-unusable
 */
export async function bytesToFetch(
  shell: HostShell,
  wanted: { url: string; memoryBytes: number },
  signal: AbortSignal,
): Promise<number | null> {
  const { url, memoryBytes } = wanted;
  const { host, pathname } = new URL(url);
  const probe = await shell.exec(probeUrl({ url, folder: mediaFolder }), signal);
  if (probe.status === 0) {
    const why = probe.error === '' ? '' : ` ${probe.error}`;
    throw unusable(`The server cannot reach ${host} to download the ISO.${why}`, 'backoff');
  }
  if (probe.status >= 500) throw unusable(`${host} answers ${probe.status} for the ISO.`, 'backoff');
  if (probe.status >= 400) throw unusable(`The ISO is not there: ${host} answers ${probe.status} for ${pathname}.`);
  const roomBytes = Math.min(probe.freeBytes, memoryBytes);
  if (probe.bytes !== null && probe.bytes > roomBytes) {
    throw unusable(
      `The ISO has ${megabytes(probe.bytes)} MB, but only ${megabytes(roomBytes)} MB of the server's memory are free for it beside the VM.`,
    );
  }
  return probe.bytes;
}

/** What the discs beside the ISO take of the server's memory. */
export function alsoBytes({ extras }: Facts): number {
  return (extras?.also ?? []).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** For a download that does not go on and is not complete. */
export function downloadFailed({ exitCode, error }: DownloadState): XepaError {
  const final = exitCode !== null && finalCurlCodes.includes(exitCode);
  const why = error || `curl ended with ${exitCode}`;
  return unusable(`The download of the ISO failed: ${why}.`, final ? 'no' : 'backoff');
}

/** @throws XepaError iso-unusable when another digest was asked for */
export function mustHaveDigest(iso: IsoRequest, sha256: string): void {
  if (iso.sha256 === undefined || iso.sha256.toLowerCase() === sha256) return;
  throw unusable(`The ISO has the wrong checksum: expected ${iso.sha256}, got ${sha256}. It was not used.`);
}

export function unusable(sentence: string, retry: 'no' | 'backoff' = 'no'): XepaError {
  return new XepaError('iso-unusable', { message: sentence, userMessage: sentence, retry });
}

function megabytes(bytes: number): number {
  return Math.max(0, Math.round(bytes / (1024 * 1024)));
}
