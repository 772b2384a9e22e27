import { access, constants, readFile, statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parsePolicy } from '../../../bot/policy/parse-policy.ts';
import { bytes } from '../../../core/bytes.ts';
import { type Check, type Finding, fail, ok, skipped, warn } from '../../../core/doctor/check.ts';
import { LEAST_FREE_BYTES } from '../../../web-console/recordings/shelf.ts';
import type { Environment } from '../main.ts';
import { nearestThatExists } from './data-folder.ts';

const LITTLE_BYTES = 10 * LEAST_FREE_BYTES;

/** Whether what the policy wants to have recorded can be: else the consoles of those installs do not open. */
export function recordingsCheck(source: Environment): Check {
  return { part: 'console', name: 'recordings', limitMs: 3_000, run: () => look(source) };
}

async function look(source: Environment): Promise<Finding> {
  const asked = await rulesThatAsk(source.XEPA_POLICY_FILE);
  const folder = source.XEPA_RECORDINGS_DIR;
  if (!folder) return judgeRecordings({ asked, folder: null });
  const place = await nearestThatExists(resolve(folder));
  const writable = await access(place, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  const { bavail, bsize } = await statfs(place);
  return judgeRecordings({ asked, folder: { path: folder, writable, free: bavail * bsize } });
}

/** @param seen `asked`: how many rules ask for recordings, null where the policy is not known here */
export function judgeRecordings(seen: {
  asked: number | null;
  folder: { path: string; writable: boolean; free: number } | null;
}): Finding {
  const { asked, folder } = seen;
  if (!folder) {
    if (!asked) return skipped(asked === null ? 'no policy and no folder is set here' : 'no rule asks for any');
    const says = 'the policy asks for recordings, and `XEPA_RECORDINGS_DIR` is not set: those consoles do not open';
    return fail(says, 'Set it for the web console to a folder that all its replicas share');
  }
  const { path, writable, free } = folder;
  if (!writable)
    return fail(`${path} cannot be written: consoles to be recorded do not open`, 'Give this user the folder');
  const says = `${path} can be written, ${bytes(free)} are free`;
  if (free < LEAST_FREE_BYTES) return fail(`${says}: consoles to be recorded do not open`, 'Make room');
  return free < LITTLE_BYTES ? warn(says, 'Make room: a console whose recording fails is closed') : ok(says);
}

/** Null where there is no file, or another check has to say what is wrong with it. */
async function rulesThatAsk(file: string | undefined): Promise<number | null> {
  if (!file) return null;
  try {
    return parsePolicy(await readFile(file, 'utf8'), file).rules.filter(({ record }) => record).length;
  } catch {
    return null;
  }
}
