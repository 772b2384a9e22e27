import { execFile } from 'node:child_process';
import type { Logger } from '../core/log.ts';
import { type Pinged, pingArgv, readPing } from './host/ping-words.ts';

/** Beyond its own deadline: a machine may be slow to start a process. */
const LIMIT_MS = 10_000;

/** Nothing of the worker's own environment, in which its secrets are. */
const env = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' };

/**
 * Asks for an ICMP echo by the system's `ping`: Node speaks no ICMP, and the worker has no right to raw sockets. Where the program is
 * missing or may not ask, that is said once in the log, and is no error.
 * @param program what to run before the arguments: its name or path, then its own first arguments
 * @returns whether an answer came; null where that cannot be told
 */
export function createPing(
  log: Logger,
  program: readonly [string, ...string[]] = ['ping'],
): (host: string) => Promise<boolean | null> {
  let said = false;
  return async (host) => {
    const pinged = await run(program, host);
    if (pinged.state !== 'unable') return pinged.state === 'answered';
    if (!said) log.info({ why: pinged.why }, 'no ping from here: it is left out of the signs of life');
    said = true;
    return null;
  };
}

function run([file, ...first]: readonly [string, ...string[]], host: string): Promise<Pinged> {
  const options = { env, timeout: LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 } as const;
  return new Promise((resolve) => {
    execFile(file, [...first, ...pingArgv(host)], options, (error, stdout, stderr) => {
      // A word is an error of the system: the program is missing (ENOENT), or may not run here (EPERM).
      if (typeof error?.code === 'string')
        return resolve({ state: 'unable', why: `${file} did not start: ${error.code}` });
      resolve(readPing({ code: error ? (error.code ?? null) : 0, stdout, stderr }));
    });
  });
}
