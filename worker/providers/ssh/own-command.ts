import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { XepaError } from '../../../core/errors.ts';

/** A command by which an operator restarts a machine from outside, run where the worker runs. */
export interface OwnCommand {
  /** How the device file names it. */
  name: 'toRescue' | 'toDisk';
  device: string;
  /** Program, by its whole path, and its words. */
  argv: readonly string[];
  timeoutMs: number;
}

export type RunOwnCommand = (command: OwnCommand, signal: AbortSignal) => Promise<void>;

/** For a command that was asked to end. */
const GRACE_MS = 2_000;
/** All of the environment: a worker's own is full of secrets. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Runs it without a shell, with nothing of our environment, and with nobody reading what it prints. Exit code 0 says
 * that the restart was taken, any other one that it was not. Once begun it is let finish, whoever stops the step: half a
 * power cycle is a server that is off.
 * @throws XepaError provider-rejected for another exit code, bad-config when it cannot be started, and
 * provider-unavailable when it was ended before it had said anything: nobody knows then
 */
export const runOwnCommand: RunOwnCommand = async (command, signal) => {
  signal.throwIfAborted();
  const limit = AbortSignal.timeout(command.timeoutMs);
  const end = await endOf(start(command), limit);
  if (end === 'not started') throw cannotStart(command);
  if (end === 0) return;
  throw limit.aborted || end === 'killed' ? unknown(command, limit.aborted) : refused(command, end);
};

/** A session of its own, so that what it has started ends with it. */
function start({ argv: [program = '', ...words], device }: OwnCommand): ChildProcess {
  const env = { PATH, LC_ALL: 'C', XEPA_DEVICE: device };
  return spawn(program, words, { env, cwd: '/', stdio: 'ignore', detached: true });
}

async function endOf(child: ChildProcess, limit: AbortSignal): Promise<number | 'killed' | 'not started'> {
  const stop = () => {
    signalAll(child, 'SIGTERM');
    setTimeout(() => signalAll(child, 'SIGKILL'), GRACE_MS).unref();
  };
  limit.addEventListener('abort', stop, { once: true });
  try {
    const [code] = await once(child, 'exit');
    return code ?? 'killed';
  } catch {
    return 'not started';
  } finally {
    limit.removeEventListener('abort', stop);
  }
}

function signalAll({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // All of them have ended.
  }
}

function cannotStart(command: OwnCommand): XepaError {
  const text = `${named(command)} cannot be started where the worker runs: is the program there, and may XEPA run it?`;
  return new XepaError('bad-config', { message: text, userMessage: text });
}

function refused(command: OwnCommand, code: number): XepaError {
  const text = `${named(command)} ended with exit code ${code}. Run it by hand where the worker runs to see what it says.`;
  return new XepaError('provider-rejected', { message: text, userMessage: text, retry: 'backoff' });
}

function unknown(command: OwnCommand, late: boolean): XepaError {
  const how = late ? `did not end within ${Math.ceil(command.timeoutMs / 1_000)} s` : 'was killed';
  const text = `${named(command)} ${how}, so XEPA does not know whether the server restarts.`;
  return new XepaError('provider-unavailable', { message: text, userMessage: text, retry: 'backoff' });
}

/** Never its words: an operator may have put a password there. */
function named({ name, device }: OwnCommand): string {
  return `The command \`${name}\` of ${device}`;
}
