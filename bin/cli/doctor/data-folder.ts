import { access, constants, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { bytes } from '../../../core/bytes.ts';
import { type Check, type Finding, fail, ok, skipped, warn } from '../../../core/doctor/check.ts';

const LITTLE_BYTES = 1_000_000_000;

/** @param folder of the private Redis; null where Redis is elsewhere */
export function dataFolderCheck(folder: string | null): Check {
  const run = async () => (folder === null ? skipped('Redis is elsewhere, so nothing is kept here') : look(folder));
  return { part: 'disk', name: 'data folder', limitMs: 3_000, run };
}

async function look(folder: string): Promise<Finding> {
  const place = await nearestThatExists(resolve(folder));
  try {
    await access(place, constants.W_OK | constants.X_OK);
  } catch {
    return fail(`${place} cannot be written`, 'Give this user the folder, or set `XEPA_DATA_DIR` to another one');
  }
  const { bavail, bsize } = await statfs(place);
  return judgeRoom(folder, bavail * bsize);
}

export function judgeRoom(folder: string, freeBytes: number): Finding {
  const says = `${folder} can be written, ${bytes(freeBytes)} are free`;
  if (freeBytes >= LITTLE_BYTES) return ok(says);
  return warn(says, 'Make room: when the disk is full, Redis refuses every write');
}

/** The folder is made when XEPA starts; until then its parent must allow that. */
export async function nearestThatExists(folder: string): Promise<string> {
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  return exists || dirname(folder) === folder ? folder : nearestThatExists(dirname(folder));
}
