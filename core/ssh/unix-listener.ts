import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client, UNIXConnectionDetails } from 'ssh2';
import { XepaError } from '../errors.ts';
import { dropFloods } from './drop-floods.ts';

const ANSWER_MS = 15_000;

/**
 * Has the device's sshd listen on a unix socket (OpenSSH's streamlocal-forward); each connection to it is a stream
 * here. Nothing may lie at that path. Answers with what ends the listening; the file stays.
 * @throws XepaError not-allowed when sshd does not do it, unreachable
 */
export function listenOnDevice(
  client: Client,
  socket: Socket,
  at: { path: string; onStream(stream: Duplex): void },
): Promise<() => void> {
  const { path } = at;
  // ssh2 announces the streams of all sockets alike.
  const take = (details: UNIXConnectionDetails, accept: () => Duplex) => {
    if (details.socketPath !== path) return;
    const stream = accept();
    stream.on('error', () => undefined);
    dropFloods(socket, stream);
    at.onStream(stream);
  };
  return new Promise((resolve, reject) => {
    let settled = false;
    const settle = () => {
      settled = true;
      clearTimeout(late);
      client.off('close', onClose);
    };
    const fail = (error: XepaError) => {
      if (settled) return;
      settle();
      client.off('unix connection', take);
      reject(error);
    };
    const onClose = () => fail(unreachable(path, 'the connection ended'));
    const late = setTimeout(() => fail(unreachable(path, 'no answer')), ANSWER_MS);
    client.once('close', onClose);
    client.on('unix connection', take);
    try {
      client.openssh_forwardInStreamLocal(path, (error) => {
        if (settled) return;
        if (error) return fail(refused(path, error));
        settle();
        resolve(() => unlisten(client, path, take));
      });
    } catch (error) {
      fail(unreachable(path, 'not connected', error));
    }
  });
}

function unlisten(client: Client, path: string, take: (details: UNIXConnectionDetails, accept: () => Duplex) => void) {
  client.off('unix connection', take);
  try {
    // The answer does not matter, but without a callback ssh2 goes on to accept streams that nobody takes.
    client.openssh_unforwardInStreamLocal(path, () => undefined);
  } catch {
    // The connection is gone, and the socket with it.
  }
}

function refused(path: string, cause: Error): XepaError {
  return new XepaError('not-allowed', {
    message: `sshd does not listen on ${path}: ${cause.message}`,
    userMessage:
      "The server's SSH does not allow to make a socket there (AllowStreamLocalForwarding, DisableForwarding), so it cannot be given a file from here.",
    cause,
  });
}

function unreachable(path: string, why: string, cause?: unknown): XepaError {
  return new XepaError('unreachable', {
    message: `no socket at ${path}: ${why}`,
    userMessage: 'The server does not answer by SSH.',
    retry: 'backoff',
    cause,
  });
}
