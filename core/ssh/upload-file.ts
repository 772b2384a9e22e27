import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientChannel } from 'ssh2';
import { XepaError } from '../errors.ts';
import { ignoreOutput } from './command.ts';
import { type Line, openSession } from './open-session.ts';
import { quoteArgv } from './quote.ts';
import { runCommand } from './run-command.ts';

const RENAME_MS = 15_000;

export interface Upload {
  content: Buffer | Readable;
  file: { path: string; mode: string };
  signal: AbortSignal | undefined;
}

/**
 * Writes a file next to its place and renames it in a command of its own: to the shell at the other end a cut line
 * looks like the end of the content, so only we can tell that all of it was sent.
 * @throws XepaError unreachable, host-command-failed, cancelled
 */
export async function uploadFile(line: Line, task: Upload): Promise<void> {
  const { file, signal } = task;
  if (signal?.aborted) throw stopped(file.path);
  const part = `${file.path}.part`;
  await send(line, task, [...line.prefix, 'sh', '-c', 'umask 077; cat > "$1"', 'sh', part]);
  const argv = ['sh', '-c', 'chmod "$3" "$1" && mv "$1" "$2"', 'sh', part, file.path, file.mode];
  await runCommand({ argv, timeoutMs: RENAME_MS, parse: ignoreOutput }, { line, signal });
}

async function send(line: Line, { content, file, signal }: Upload, argv: readonly string[]): Promise<void> {
  const { channel, ended } = await open(line, quoteArgv(argv), file.path);
  const source = Buffer.isBuffer(content) ? [content] : content;
  const sent = await pipeline(source, channel, { ...(signal ? { signal } : {}), end: true }).then(
    () => null,
    (error: unknown) => ({ error }),
  );
  if (signal?.aborted) throw stopped(file.path);
  if (sent) channel.close();
  const { code, said } = await ended;
  if (code !== null && code !== 0) throw refused(file.path, said);
  if (sent || code === null) throw cut(file.path, sent?.error);
}

interface Ending {
  code: number | null;
  said: string;
}

function open(line: Line, text: string, path: string): Promise<{ channel: ClientChannel; ended: Promise<Ending> }> {
  return new Promise((resolve, reject) => {
    openSession(line, text, (opened) => {
      if (opened instanceof Error) reject(cut(path, opened));
      else resolve({ channel: opened, ended: endingOf(opened) });
    });
  });
}

function endingOf(channel: ClientChannel): Promise<Ending> {
  const ending: Ending = { code: null, said: '' };
  channel.resume();
  channel.stderr.on('data', (part: Buffer) => {
    ending.said = (ending.said + part.toString('utf8')).slice(-400);
  });
  channel.on('exit', (code: number | null) => {
    ending.code = code ?? 128;
  });
  channel.on('error', () => undefined);
  return new Promise((resolve) => {
    channel.on('close', () => resolve(ending));
  });
}

function refused(path: string, said: string): XepaError {
  return new XepaError('host-command-failed', {
    message: `${path} could not be written: ${said.trim()}`,
    userMessage: `The server could not store a file: ${said.trim() || 'it gave no reason'}.`,
    retry: 'backoff',
  });
}

function cut(path: string, cause: unknown): XepaError {
  return new XepaError('unreachable', {
    message: `the upload of ${path} was cut`,
    userMessage: 'The SSH connection to the server was lost.',
    retry: 'backoff',
    cause,
  });
}

function stopped(path: string): XepaError {
  return new XepaError('cancelled', { message: `the upload of ${path} was stopped`, userMessage: 'Stopped.' });
}
