import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** A process of its own. */
export interface Child {
  pid: number;
  stop(): Promise<void>;
}

const TRIES = 600;
const TRY_EVERY_MS = 50;

/** @param probe an address that answers anything at all once the process is up */
export function startChild(argv: readonly string[], env: Record<string, string>, probe: string): Promise<Child> {
  return startProcess([process.execPath, ...argv], async () => (await fetch(probe)).body?.cancel(), env);
}

/** @param isUp resolves once the process does its work, and rejects before */
export async function startProcess(
  argv: readonly string[],
  isUp: () => Promise<unknown>,
  env: Record<string, string> = {},
): Promise<Child> {
  const [command = '', ...rest] = argv;
  const child: ChildProcess = spawn(command, rest, { env: { ...process.env, ...env }, stdio: 'ignore' });
  const ended = Promise.race([once(child, 'exit'), once(child, 'error')]);
  // A benchmark that fails or is stopped leaves nobody behind.
  const endWithUs = () => child.kill('SIGKILL');
  process.setMaxListeners(0).once('exit', endWithUs);
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    process.off('exit', endWithUs);
  };
  for (let tries = 0; tries < TRIES && child.exitCode === null; tries += 1) {
    const up = await isUp().then(
      () => true,
      () => false,
    );
    if (up && child.pid !== undefined) return { pid: child.pid, stop };
    await pause(TRY_EVERY_MS);
  }
  child.kill('SIGKILL');
  throw new Error(`${argv.join(' ')} did not answer`);
}
