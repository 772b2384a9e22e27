import type { InstallRecord } from '../../core/contracts/install.ts';
import { lookForRoom, promisedMb, roomBytes } from '../../core/disc-room.ts';
import { toXepaError } from '../../core/errors.ts';
import { growingPath } from '../../core/growing-disc.ts';
import type { Logger } from '../../core/log.ts';
import { otherDiscPath } from '../../core/media-paths.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { UseLine } from './lines.ts';
import { sizeThere } from './on-device.ts';

/** How large another ISO may be. @throws XepaError unreachable and the like */
export function roomOn(useLine: UseLine, record: InstallRecord): Promise<number> {
  const command = lookForRoom({ path: otherDiscPath(record), pidFile: record.facts.launch?.pidFile ?? '' });
  return useLine(record, async (shell) => roomBytes(await shell.exec(command), promisedMb(record.facts)));
}

/** The file of the upload that a worker has made room for; null when there is none. */
export function growingFile({ discWish, facts }: InstallRecord): string | null {
  const disc = facts.otherDisc;
  return disc && disc.n === discWish?.n && disc.state === 'fetching' ? growingPath(disc) : null;
}

/** Bytes of it that are there; null when it is gone. @throws XepaError unreachable and the like */
export async function sizeOn(useLine: UseLine, record: InstallRecord): Promise<number | null> {
  const file = growingFile(record);
  return file === null ? null : useLine(record, (shell) => shell.exec(sizeThere(file)));
}

/** For a device that did not answer: the page tries again. */
export function silence(log: Logger, installId: string, thrown: unknown): Refusal {
  log.warn({ installId, err: toXepaError(thrown) }, 'a device did not answer an upload');
  return refuse('device-silent');
}
