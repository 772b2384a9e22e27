import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { XepaError } from '../errors.ts';
import { dropFloods } from './drop-floods.ts';
import { type Line, openSession } from './open-session.ts';
import { quoteArgv } from './quote.ts';

/**
 * Starts a command that goes on until its stream is ended: what it prints comes out, what is written goes in.
 * Its complaints are nobody's business.
 * @throws XepaError unreachable when the connection ends first
 */
export function streamCommand(line: Line, socket: Socket, argv: readonly string[]): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    openSession(line, quoteArgv([...line.prefix, ...argv]), (opened) => {
      if (opened instanceof Error) return reject(notStarted(argv, opened));
      opened.stderr.resume();
      dropFloods(socket, opened);
      resolve(opened);
    });
  });
}

function notStarted(argv: readonly string[], cause: Error): XepaError {
  return new XepaError('unreachable', {
    message: `${argv[0]} was not started: ${cause.message}`,
    userMessage: 'The SSH connection to the server was lost.',
    retry: 'backoff',
    cause,
  });
}
