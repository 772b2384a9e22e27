import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { bytes } from '../../core/bytes.ts';

/** Less is no room: a console can fill it before somebody looks. */
export const LEAST_FREE_BYTES = 200_000_000;
export const ENDING = '.xrec';
const safeName = /^[\w-]{1,64}$/;

/** Where a recording lies. Null for names that are none of ours: they come from an address. */
export function fileOf(folder: string, place: { install: string; id: string }): string | null {
  if (!safeName.test(place.install) || !safeName.test(place.id)) return null;
  return join(folder, place.install, `${place.id}${ENDING}`);
}

/**
 * Why nothing can be recorded, as a part of a sentence; null when it can.
 * @param leastFree bytes
 */
export async function obstacleIn(folder: string | undefined, leastFree = LEAST_FREE_BYTES): Promise<string | null> {
  if (folder === undefined) return 'XEPA_RECORDINGS_DIR is not set';
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize >= leastFree ? null : `its disk is full (${bytes(bavail * bsize)} are free)`;
  } catch {
    return 'its folder cannot be written';
  }
}
