import type { ClientChannel } from 'ssh2';
import { XepaError } from '../errors.ts';
import type { Command, CommandOutput } from './command.ts';
import { gather } from './gather.ts';
import { type Line, openSession } from './open-session.ts';
import { quoteArgv } from './quote.ts';
import { sudoRefused } from './sudo.ts';

const SHOWN_STDERR = 400;

interface Run {
  line: Line;
  signal: AbortSignal | undefined;
}

/** Runs one command on an open connection and parses what it printed. */
export async function runCommand<T>(command: Command<T>, run: Run): Promise<T> {
  if (run.signal?.aborted) throw cancelled(command);
  const output = await collect(command, run);
  if (!(command.okCodes ?? [0]).includes(output.exitCode)) {
    const refused = run.line.prefix.length > 0 ? sudoRefused(output.stderr) : null;
    throw refused ?? commandFailed(command, output);
  }
  return command.parse(output);
}

function collect(command: Command<unknown>, { line, signal }: Run): Promise<CommandOutput> {
  return new Promise((resolve, reject) => {
    let settled = false;
    const settle = (act: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      act();
    };
    const stop = (error: XepaError) => {
      settle(() => reject(error));
      stopCommand();
    };
    const onAbort = () => stop(cancelled(command));
    const timer = setTimeout(() => stop(tooSlow(command)), command.timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    const stopCommand = begin(command, line, (ending) =>
      settle(() => (ending instanceof Error ? reject(lineCut(command, ending)) : resolve(ending))),
    );
  });
}

type End = (ending: CommandOutput | Error) => void;

/** Begins a command in the standing shell if that can take it. Answers with what stops it. */
function begin(command: Command<unknown>, line: Line, end: End): () => void {
  let stop: (() => void) | null = null;
  const instead = () => {
    stop = beginInChannel(command, line, end);
  };
  stop = line.standing?.run(command, { end, instead }) ?? null;
  if (!stop) instead();
  return () => stop?.();
}

function beginInChannel(command: Command<unknown>, line: Line, end: End): () => void {
  let channel: ClientChannel | undefined;
  let stopped = false;
  openSession(line, quoteArgv([...line.prefix, ...command.argv]), (opened) => {
    if (opened instanceof Error) return end(opened);
    channel = opened;
    listen(opened, end);
    // Stopped while it was being opened: nothing is fed to it any more.
    if (stopped) opened.close();
    else opened.end(command.stdin ?? '');
  });
  return () => {
    stopped = true;
    channel?.close();
  };
}

/** Calls `end` when the channel is closed; with an Error where the line was cut before the command's exit code came. */
function listen(channel: ClientChannel, end: End): void {
  const { stdout, stderr, output } = gather();
  let exitCode: number | null = null;
  channel.on('data', stdout);
  channel.stderr.on('data', stderr);
  // A command that a signal ended has no exit code.
  channel.on('exit', (code: number | null) => {
    exitCode = code ?? 128;
  });
  channel.on('error', () => undefined);
  channel.on('close', () => end(exitCode === null ? new Error('no exit code came') : output(exitCode)));
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
