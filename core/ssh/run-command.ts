import type { Client, ClientChannel } from 'ssh2';
import { XepaError } from '../errors.ts';
import type { Command, CommandOutput } from './command.ts';
import { quoteArgv } from './quote.ts';

/** Output beyond this is dropped from the front of the command's promise: nothing of ours prints more. */
const MAX_STDOUT_BYTES = 16 * 1024 * 1024;
const MAX_STDERR_BYTES = 64 * 1024;
const SHOWN_STDERR = 400;

interface Run {
  client: Client;
  prefix: readonly string[];
  signal: AbortSignal | undefined;
}

/** Runs one command on an open connection and parses what it printed. */
export async function runCommand<T>(command: Command<T>, run: Run): Promise<T> {
  const output = await collect(command, run);
  if (!(command.okCodes ?? [0]).includes(output.exitCode)) throw commandFailed(command, output);
  return command.parse(output);
}

async function collect(command: Command<unknown>, run: Run): Promise<CommandOutput> {
  run.signal?.throwIfAborted();
  const channel = await openChannel(run.client, quoteArgv([...run.prefix, ...command.argv]));
  return new Promise((resolve, reject) => {
    const stdout = gather(channel, MAX_STDOUT_BYTES);
    const stderr = gather(channel.stderr, MAX_STDERR_BYTES);
    let exitCode: number | null = null;
    const stop = (error: XepaError) => {
      cleanUp();
      reject(error);
      channel.close();
    };
    const onAbort = () => stop(cancelled(command));
    const timer = setTimeout(() => stop(tooSlow(command)), command.timeoutMs);
    const cleanUp = () => {
      clearTimeout(timer);
      run.signal?.removeEventListener('abort', onAbort);
    };
    run.signal?.addEventListener('abort', onAbort, { once: true });
    channel.on('exit', (code: number | null) => {
      exitCode = code ?? 128;
    });
    channel.on('error', () => undefined);
    channel.on('close', () => {
      cleanUp();
      if (exitCode === null) reject(lineCut(command));
      else resolve({ stdout: stdout(), stderr: stderr(), exitCode });
    });
    channel.end(command.stdin ?? '');
  });
}

function openChannel(client: Client, text: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const onClose = () => reject(lineCut({ argv: [text] }));
    client.once('close', onClose);
    const onOpen = (error: Error | undefined, channel: ClientChannel) => {
      client.off('close', onClose);
      if (error) reject(lineCut({ argv: [text] }, error));
      else resolve(channel);
    };
    try {
      client.exec(text, onOpen);
    } catch (error) {
      client.off('close', onClose);
      reject(lineCut({ argv: [text] }, error));
    }
  });
}

function gather(stream: NodeJS.ReadableStream, limit: number): () => string {
  const parts: Buffer[] = [];
  let size = 0;
  stream.on('data', (part: Buffer) => {
    if (size < limit) parts.push(part);
    size += part.length;
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

function lineCut(command: Pick<Command<unknown>, 'argv'>, cause?: unknown): XepaError {
  return new XepaError('unreachable', {
    message: `the SSH connection was lost during ${nameOf(command)}`,
    userMessage: 'The SSH connection to the server was lost.',
    retry: 'backoff',
    cause,
  });
}

/** Enough to recognise the command; arguments may be long or private. */
function nameOf(command: Pick<Command<unknown>, 'argv'>): string {
  return (command.argv[0] ?? '').slice(0, 40);
}
