import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { XepaError } from '../errors.ts';
import { dropFloods } from './drop-floods.ts';
import type { StreamWindows } from './stream-window.ts';

const ANSWER_MS = 15_000;

/** What a stream goes through. */
interface Connection {
  client: Client;
  socket: Socket;
  windows: StreamWindows;
}

/**
 * A stream to a unix socket on the device.
 * @throws XepaError unreachable when nothing listens there, or no answer comes in time
 */
export function openUnixStream(connection: Connection, path: string): Promise<Duplex> {
  const { client, socket, windows } = connection;
  return new Promise((resolve, reject) => {
    let settled = false;
    const fail = (why: string, cause?: unknown) => {
      settle();
      reject(noStream(path, why, cause));
    };
    const onClose = () => fail('the connection ended');
    const late = setTimeout(() => fail('no answer'), ANSWER_MS);
    const settle = () => {
      settled = true;
      clearTimeout(late);
      client.off('close', onClose);
    };
    client.once('close', onClose);
    try {
      client.openssh_forwardOutStreamLocal(path, (error, channel) => {
        if (settled) return channel && discard(channel);
        if (error) return fail(error.message, error);
        settle();
        windows.keep(channel);
        dropFloods(socket, channel);
        resolve(channel);
      });
    } catch (error) {
      fail('not connected', error);
    }
  });
}

/** A stream that nobody waits for any more must neither hold the socket nor fill our memory. */
function discard(channel: Duplex): void {
  channel.on('error', () => undefined);
  channel.resume();
  channel.destroy();
}

function noStream(path: string, why: string, cause: unknown): XepaError {
  return new XepaError('unreachable', {
    message: `no stream to ${path}: ${why}`,
    userMessage: 'The server does not answer by SSH.',
    retry: 'backoff',
    cause,
  });
}
