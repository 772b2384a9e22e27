import type { Socket } from 'node:net';
import ssh2, { type Client } from 'ssh2';
import { XepaError } from '../errors.ts';
import { type Command, ignoreOutput } from './command.ts';
import { dial } from './dial.ts';
import { preferring } from './host-key.ts';
import type { HostAddress, HostShell, OpenShell } from './host-shell.ts';
import type { Line } from './open-session.ts';
import { runCommand } from './run-command.ts';
import { watchSilence } from './silence.ts';
import { createStandingShell } from './standing-shell.ts';
import { streamCommand } from './stream-command.ts';
import { narrowStreams } from './stream-window.ts';
import { lendPlace, lendSocket } from './sudo.ts';
import { listenOnDevice } from './unix-listener.ts';
import { openUnixStream } from './unix-stream.ts';
import { uploadFile } from './upload-file.ts';

const READY_TIMEOUT_MS = 20_000;
/** A busy machine may be silent for a while; a minute without a sign is a lost line. */
const KEEPALIVE_MS = 15_000;
const LOST_MS = 60_000;
const FORWARD_TIMEOUT_MS = 15_000;
const CLOSE_GRACE_MS = 1_000;

/**
 * Opens a HostShell over SSH. The host key is always compared: with the pinned one, or, where nothing is pinned
 * yet, returned so that the caller pins it before anything else happens.
 * @throws XepaError unreachable, host-key-changed, not-allowed (key refused), cancelled
 */
export function openSshShell(
  address: HostAddress,
  privateKey: string,
  signal?: AbortSignal,
  keepaliveMs: number = KEEPALIVE_MS,
): Promise<{ shell: HostShell; seenHostKey: string }> {
  return open(address, privateKey, { signal, keepaliveMs });
}

/**
 * The same, with a standing shell for the commands of each connection.
 * @param onRefused hears of a server where that cannot be had; its commands get a channel each, as without it
 */
export function openStandingShells(onRefused: (host: string, why: string) => void): OpenShell {
  return (address, privateKey, signal, keepaliveMs = KEEPALIVE_MS) =>
    open(address, privateKey, { signal, keepaliveMs, onRefused: (why) => onRefused(address.host, why) });
}

interface Opening {
  signal: AbortSignal | undefined;
  keepaliveMs: number;
  onRefused?: (why: string) => void;
}

async function open(address: HostAddress, privateKey: string, { onRefused, ...limits }: Opening) {
  const { client, socket, seenHostKey } = await connect(address, privateKey, limits);
  // ssh2 leaves Nagle's algorithm on, which holds each last partial segment for up to 40 ms.
  client.setNoDelay(true);
  const prefix = address.sudo ? ['sudo', '-n', '--'] : [];
  const standing = onRefused ? createStandingShell(client, { prefix, onRefused }) : null;
  return { shell: createShell({ client, prefix, standing }, socket, address), seenHostKey };
}

function createShell(line: Line, socket: Socket, { sudo, user }: Pick<HostAddress, 'sudo' | 'user'>): HostShell {
  const { client } = line;
  const windows = narrowStreams(client);
  const run = (command: Command<undefined>) => runCommand(command, { line, signal: undefined });
  /** Sockets that were found; with sudo it takes a look to make each of them one that sshd may open. */
  const seen = new Set<string>();
  let hurried = false;
  let open = true;
  client.once('close', () => {
    open = false;
  });
  return {
    async exec(command, signal) {
      const answer = await runCommand(command, { line, signal });
      hurried = true;
      return answer;
    },
    upload: (content, file, signal) => uploadFile(line, { content, file, signal }),
    async forward(socketPath) {
      const look = () => run(sudo ? lendSocket(socketPath, user) : socketExists(socketPath));
      const dial = () => openUnixStream({ client, socket, windows }, socketPath);
      // OpenSSH before 10.1 sets TCP_NODELAY only when a command starts: without one, every middle-sized screen update
      // waits about 40 ms. Once is enough, whatever it is, and a command for each stream takes a device a tenth of a second.
      if (!hurried || (sudo && !seen.has(socketPath))) await look();
      hurried = true;
      seen.add(socketPath);
      try {
        return await dial();
      } catch (error) {
        // A socket that is not there is not a device that does not answer.
        await look();
        // A VM that was started anew has made root's own sockets again.
        if (sudo) return dial();
        throw error;
      }
    },
    async listen(path, onStream) {
      // sshd does not take away what it left behind; it also needs a command for its TCP_NODELAY, as above.
      await run(removed(path));
      if (sudo) await run(lendPlace(path, user));
      return listenOnDevice(client, socket, { path, onStream });
    },
    stream: (argv) => streamCommand(line, socket, argv),
    silentMs: watchSilence(socket),
    onClose(listener) {
      if (open) client.once('close', listener);
      else listener();
    },
    close() {
      client.end();
      // A device that ignores the end of the connection would go on filling our memory, and ssh2 only half-closes it.
      setTimeout(() => socket.destroy(), CLOSE_GRACE_MS).unref();
    },
  };
}

function socketExists(path: string): Command<undefined> {
  return { argv: ['test', '-S', path], timeoutMs: FORWARD_TIMEOUT_MS, parse: ignoreOutput };
}

function removed(path: string): Command<undefined> {
  return { argv: ['rm', '-f', '--', path], timeoutMs: FORWARD_TIMEOUT_MS, parse: ignoreOutput };
}

/** A socket of our own: ssh2's destroy() does nothing once the connection is half closed. */
async function spokenTo({ host, port }: HostAddress, signal: AbortSignal | undefined): Promise<Socket> {
  const late = AbortSignal.timeout(READY_TIMEOUT_MS);
  try {
    return await dial({ host, port }, signal ? AbortSignal.any([signal, late]) : late);
  } catch (error) {
    if (signal?.aborted) throw stopped();
    const why = error instanceof Error && !late.aborted ? error.message : 'nobody speaks';
    throw unreachable(`${host}:${port}: ${why}`, error);
  }
}

async function connect(
  address: HostAddress,
  privateKey: string,
  { signal, keepaliveMs }: { signal: AbortSignal | undefined; keepaliveMs: number },
): Promise<{ client: Client; socket: Socket; seenHostKey: string }> {
  const socket = await spokenTo(address, signal);
  const client = new ssh2.Client();
  let seen = '';
  return new Promise((resolve, reject) => {
    const fail = (error: XepaError) => {
      signal?.removeEventListener('abort', onAbort);
      socket.destroy();
      reject(error);
    };
    const onAbort = () => fail(stopped());
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    client.once('ready', () => {
      signal?.removeEventListener('abort', onAbort);
      resolve({ client, socket, seenHostKey: seen });
    });
    // Stays for the life of the connection: a later error ends in 'close', which is what callers watch.
    client.on('error', (error: Error & { level?: string }) => fail(connectError(error, address, seen)));
    client.once('close', () => fail(unreachable(`${address.host} closed the connection`)));
    try {
      client.connect({
        sock: socket,
        username: address.user,
        privateKey,
        readyTimeout: READY_TIMEOUT_MS,
        keepaliveInterval: keepaliveMs,
        keepaliveCountMax: Math.ceil(LOST_MS / keepaliveMs),
        ...(address.hostKey === null ? {} : { algorithms: { serverHostKey: preferring(address.hostKey) } }),
        hostVerifier: (key: Buffer) => {
          seen = key.toString('base64');
          return address.hostKey === null || seen === address.hostKey;
        },
      });
    } catch (error) {
      // Before anything is sent ssh2 throws for one reason: it cannot read the key.
      fail(badKey(address, error));
    }
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

function badKey(address: HostAddress, cause: unknown): XepaError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new XepaError('not-allowed', {
    message: `the private key for ${address.host} cannot be read: ${why}`,
    userMessage: `The SSH private key for ${address.host} cannot be used: ${why}. It must be an OpenSSH key without a passphrase.`,
    cause,
  });
}

function stopped(): XepaError {
  return new XepaError('cancelled', { message: 'connecting was stopped', userMessage: 'Stopped.' });
}

function unreachable(message: string, cause?: unknown): XepaError {
  return new XepaError('unreachable', {
    message,
    userMessage: 'The server does not answer by SSH.',
    retry: 'backoff',
    cause,
  });
}
