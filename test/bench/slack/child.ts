import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** A process of its own, that answers HTTP when it is up. */
export interface Child {
  stop(): Promise<void>;
}

/** @param probe an address that answers anything at all once the process is up */
export async function startChild(argv: readonly string[], env: Record<string, string>, probe: string): Promise<Child> {
  const child: ChildProcess = spawn(process.execPath, argv, { env: { ...process.env, ...env }, stdio: 'ignore' });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  for (let tries = 0; tries < 300 && child.exitCode === null; tries += 1) {
    const up = await fetch(probe).then(
      () => true,
      () => false,
    );
    if (up) return { stop };
    await pause(50);
  }
  child.kill('SIGKILL');
  throw new Error(`${argv.join(' ')} did not answer at ${probe}`);
}
