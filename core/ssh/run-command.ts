import type { Client, ClientChannel } from 'ssh2';
import { XepaError } from '../errors.ts';
import type { Command, CommandOutput } from './command.ts';
import { openChannel } from './open-channel.ts';
import { quoteArgv } from './quote.ts';
import { sudoRefused } from './sudo.ts';

/** Nothing of ours prints more: what comes after is dropped, and the parser sees that the output is cut. */
const MAX_STDOUT_BYTES = 16 * 1024 * 1024;
/** Of what a command complains, the end is kept: there stands why it failed. */
const MAX_STDERR_BYTES = 64 * 1024;
const SHOWN_STDERR = 400;

interface Run {
  client: Client;
  prefix: readonly string[];
  signal: AbortSignal | undefined;
}

/** Runs one command on an open connection and parses what it printed. */
export async function runCommand<T>(command: Command<T>, run: Run): Promise<T> {
  if (run.signal?.aborted) throw cancelled(command);
  const output = await collect(command, run);
  if (!(command.okCodes ?? [0]).includes(output.exitCode)) {
    const refused = run.prefix.length > 0 ? sudoRefused(output.stderr) : null;
    throw refused ?? commandFailed(command, output);
  }
  return command.parse(output);
}

function collect(command: Command<unknown>, run: Run): Promise<CommandOutput> {
  return new Promise((resolve, reject) => {
    let channel: ClientChannel | undefined;
    let settled = false;
    const settle = (act: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      run.signal?.removeEventListener('abort', onAbort);
      act();
    };
    const stop = (error: XepaError) => {
      settle(() => reject(error));
      channel?.close();
    };
    const onAbort = () => stop(cancelled(command));
    const timer = setTimeout(() => stop(tooSlow(command)), command.timeoutMs);
    run.signal?.addEventListener('abort', onAbort, { once: true });
    openChannel(run.client, quoteArgv([...run.prefix, ...command.argv]), (opened) => {
      if (opened instanceof Error) return stop(lineCut(command, opened));
      channel = opened;
      listen(opened, (output) => settle(() => (output ? resolve(output) : reject(lineCut(command)))));
      // Stopped while it was being opened: nothing is fed to it any more.
      if (settled) opened.close();
      else opened.end(command.stdin ?? '');
    });
  });
}

/** Calls `end` when the channel is closed; null where the line was cut before the command's exit code came. */
function listen(channel: ClientChannel, end: (output: CommandOutput | null) => void): void {
  const stdout = gatherStart(channel, MAX_STDOUT_BYTES);
  const stderr = gatherEnd(channel.stderr, MAX_STDERR_BYTES);
  let exitCode: number | null = null;
  // A command that a signal ended has no exit code.
  channel.on('exit', (code: number | null) => {
    exitCode = code ?? 128;
  });
  channel.on('error', () => undefined);
  channel.on('close', () => end(exitCode === null ? null : { stdout: stdout(), stderr: stderr(), exitCode }));
}

function gatherStart(stream: NodeJS.ReadableStream, limit: number): () => string {
  const parts: Buffer[] = [];
  let size = 0;
  stream.on('data', (part: Buffer) => {
    if (size < limit) parts.push(part);
    size += part.length;
  });
  return () => Buffer.concat(parts).toString('utf8');
}

function gatherEnd(stream: NodeJS.ReadableStream, limit: number): () => string {
  const parts: Buffer[] = [];
  let size = 0;
  stream.on('data', (part: Buffer) => {
    parts.push(part);
    size += part.length;
    while (size - (parts[0]?.length ?? size) >= limit) size -= parts.shift()?.length ?? 0;
  });
  return () => Buffer.concat(parts).toString('utf8');
}

function commandFailed(command: Command<unknown>, output: CommandOutput): XepaError {
  const said = output.stderr.trim().slice(-SHOWN_STDERR);
  return new XepaError('host-command-failed', {
    message: `exit ${output.exitCode} from ${nameOf(command)}: ${said}`,
    userMessage: `A command on the server failed (${nameOf(command)}, exit code ${output.exitCode})${said ? `: ${said}` : '.'}`,
    retry: 'backoff',
  });
}

function tooSlow(command: Command<unknown>): XepaError {
  const seconds = Math.round(command.timeoutMs / 1000);
  return new XepaError('host-command-timeout', {
    message: `${nameOf(command)} did not end within ${seconds} s`,
    userMessage: `A command on the server (${nameOf(command)}) did not end within ${seconds} seconds.`,
    retry: 'backoff',
  });
}

function cancelled(command: Command<unknown>): XepaError {
  return new XepaError('cancelled', {
    message: `${nameOf(command)} was stopped`,
    userMessage: 'The step was stopped.',
  });
}

function lineCut(command: Command<unknown>, cause?: unknown): XepaError {
  return new XepaError('unreachable', {
    message: `the SSH connection was lost during ${nameOf(command)}`,
    userMessage: 'The SSH connection to the server was lost.',
    retry: 'backoff',
    cause,
  });
}

/** Enough to recognise the command; arguments may be long or private. */
function nameOf(command: Command<unknown>): string {
  return (command.argv[0] ?? '').slice(0, 40);
}
