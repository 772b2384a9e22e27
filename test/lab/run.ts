import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

export interface RunOptions {
  cwd?: string;
  /** File that the command reads as its standard input. */
  stdinFile?: string;
  /** Text that the command reads as its standard input. */
  input?: string;
  /** Kill the command after so many milliseconds; its output so far is then returned as if it had failed. */
  limitMs?: number;
  /** Extra environment. */
  env?: Record<string, string>;
}

export interface RunResult {
  code: number | null;
  stdout: Buffer;
  stderr: string;
}

const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;

/** Runs a program to its end and returns what it said, whatever its exit code. Throws only when it cannot be started. */
export async function attempt(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const child = spawn(command, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, LC_ALL: 'C', PATH, ...options.env },
    stdio: 'pipe',
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const timer = options.limitMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.limitMs);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new Error(`${command} cannot be started: is everything in test/lab/packages.txt installed?`, { cause })),
    );
    child.once('close', resolve);
  });
  const fed = feed(child.stdin, options);
  const code = await ended.finally(() => clearTimeout(timer));
  await fed;
  return { code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() };
}

/** Runs a program and returns its standard output. Throws with the end of its error output when it fails. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Buffer> {
  const { code, stdout, stderr } = await attempt(command, args, options);
  if (code === 0) return stdout;
  const said = `${stdout.toString()}${stderr}`.trim().slice(-2000);
  throw new Error(`${command} ${args.slice(0, 6).join(' ')} failed (${code ?? 'killed'}): ${said}`);
}

/** As {@link run}, for output that is text. */
export async function text(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return (await run(command, args, options)).toString();
}

// A program may end before it has read all its input: that is its own business, its exit code tells.
async function feed(stdin: NodeJS.WritableStream, options: RunOptions): Promise<void> {
  const ignore = () => undefined;
  stdin.on('error', ignore);
  if (options.stdinFile !== undefined) await pipeline(createReadStream(options.stdinFile), stdin).catch(ignore);
  else stdin.end(options.input ?? '');
}
