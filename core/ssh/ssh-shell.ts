import type { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import ssh2, { type Client } from 'ssh2';
import { XepaError } from '../errors.ts';
import { type Command, ignoreOutput } from './command.ts';
import type { HostAddress, HostShell } from './host-shell.ts';
import { quoteArgv } from './quote.ts';
import { runCommand } from './run-command.ts';

const READY_TIMEOUT_MS = 20_000;
/** A busy machine may be silent for a while; a minute without a sign is a lost line. */
const KEEPALIVE_MS = 15_000;
const KEEPALIVE_MISSES = 4;
const FORWARD_TIMEOUT_MS = 15_000;

/**
 * Opens a HostShell over SSH. The host key is always compared: with the pinned one, or, where nothing is pinned
 * yet, returned so that the caller pins it before anything else happens.
 * @throws XepaError unreachable, host-key-changed, not-allowed (key refused), cancelled
 */
export async function openSshShell(
  address: HostAddress,
  privateKey: string,
  signal?: AbortSignal,
): Promise<{ shell: HostShell; seenHostKey: string }> {
  const { client, seenHostKey } = await connect(address, privateKey, signal);
  // ssh2 leaves Nagle's algorithm on, which holds each last partial segment for up to 40 ms.
  client.setNoDelay(true);
  return { shell: createShell(client, address.sudo), seenHostKey };
}

function createShell(client: Client, sudo: boolean): HostShell {
  const prefix = sudo ? ['sudo', '-n', '--'] : [];
  let open = true;
  client.once('close', () => {
    open = false;
  });
  return {
    exec: (command, signal) => runCommand(command, { client, prefix, signal }),
    upload: (content, file, signal) => upload(client, { content, file, prefix, signal }),
    async forward(socketPath) {
      // OpenSSH before 10.1 sets TCP_NODELAY only when a command starts: without one, every middle-sized
      // screen update waits about 40 ms. This command also tells whether the socket is there.
      await runCommand(socketExists(socketPath), { client, prefix, signal: undefined });
      return openUnixSocket(client, socketPath);
    },
    onClose(listener) {
      if (open) client.once('close', listener);
      else listener();
    },
    close: () => client.end(),
  };
}

function socketExists(path: string): Command<undefined> {
  return { argv: ['test', '-S', path], timeoutMs: FORWARD_TIMEOUT_MS, parse: ignoreOutput };
}

function openUnixSocket(client: Client, path: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.openssh_forwardOutStreamLocal(path, (error, channel) => {
      if (error) reject(unreachable(`no stream to ${path}: ${error.message}`, error));
      else resolve(channel);
    });
  });
}

async function upload(
  client: Client,
  task: {
    content: Buffer | Readable;
    file: { path: string; mode: string };
    prefix: readonly string[];
    signal: AbortSignal | undefined;
  },
): Promise<void> {
  const script = 'umask 077; cat > "$1.part" && chmod "$2" "$1.part" && mv "$1.part" "$1"';
  const text = quoteArgv([...task.prefix, 'sh', '-c', script, 'sh', task.file.path, task.file.mode]);
  const channel = await new Promise<ssh2.ClientChannel>((resolve, reject) => {
    client.exec(text, (error, opened) => (error ? reject(unreachable(error.message, error)) : resolve(opened)));
  });
  const ended = new Promise<number | null>((resolve) => {
    let code: number | null = null;
    channel.on('exit', (given: number | null) => {
      code = given;
    });
    channel.on('close', () => resolve(code));
  });
  channel.resume();
  const source = Buffer.isBuffer(task.content) ? [task.content] : task.content;
  await pipeline(source, channel, { ...(task.signal ? { signal: task.signal } : {}), end: true });
  if ((await ended) !== 0) throw unreachable(`upload of ${task.file.path} did not end well`);
}

function connect(
  address: HostAddress,
  privateKey: string,
  signal: AbortSignal | undefined,
): Promise<{ client: Client; seenHostKey: string }> {
  const client = new ssh2.Client();
  let seen = '';
  return new Promise((resolve, reject) => {
    const fail = (error: XepaError) => {
      signal?.removeEventListener('abort', onAbort);
      client.destroy();
      reject(error);
    };
    const onAbort = () =>
      fail(new XepaError('cancelled', { message: 'connecting was stopped', userMessage: 'Stopped.' }));
    signal?.addEventListener('abort', onAbort, { once: true });
    client.once('ready', () => {
      signal?.removeEventListener('abort', onAbort);
      resolve({ client, seenHostKey: seen });
    });
    // Stays for the life of the connection: a later error ends in 'close', which is what callers watch.
    client.on('error', (error: Error & { level?: string }) => fail(connectError(error, address, seen)));
    client.once('close', () => fail(unreachable(`${address.host} closed the connection`)));
    client.connect({
      host: address.host,
      port: address.port,
      username: address.user,
      privateKey,
      readyTimeout: READY_TIMEOUT_MS,
      keepaliveInterval: KEEPALIVE_MS,
      keepaliveCountMax: KEEPALIVE_MISSES,
      hostVerifier: (key: Buffer) => {
        seen = key.toString('base64');
        return address.hostKey === null || seen === address.hostKey;
      },
    });
  });
}

function connectError(error: Error & { level?: string }, address: HostAddress, seen: string): XepaError {
  if (address.hostKey !== null && seen !== '' && seen !== address.hostKey) {
    return new XepaError('host-key-changed', {
      message: `${address.host} presents another host key than the pinned one`,
      userMessage: `The server at ${address.host} presents another SSH host key than before, so nothing was sent to it.`,
      cause: error,
    });
  }
  if (error.level === 'client-authentication') {
    return new XepaError('not-allowed', {
      message: `${address.host} refuses our key`,
      userMessage: `The server at ${address.host} answers, but refuses the SSH key of this install.`,
      retry: 'backoff',
      cause: error,
    });
  }
  return unreachable(`${address.host}:${address.port}: ${error.message}`, error);
}

function unreachable(message: string, cause?: unknown): XepaError {
  return new XepaError('unreachable', {
    message,
    userMessage: 'The server does not answer by SSH.',
    retry: 'backoff',
    cause,
  });
}
