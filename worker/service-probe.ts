import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { httpRequest, rdpRequest, serviceWords } from './host/service-words.ts';

/** A service that speaks first has done so by then. Milliseconds. */
const GREETING_MS = 800;
const ANSWER_MS = 2_500;
const MAX_BYTES = 16 * 1024;

interface Place {
  host: string;
  port: number;
  /** For the connection. */
  timeoutMs: number;
}

/**
 * What answers there, in a few words; empty where something does that says nothing. Null when no TCP connection is accepted in time.
 * It is evidence that a system is up, and nothing is trusted of it: a certificate is not looked at.
 */
export async function askService(at: Place): Promise<string | null> {
  const socket = await open(connect({ host: at.host, port: at.port }), 'connect', at.timeoutMs);
  if (!socket) return null;
  try {
    if (at.port === 3389) return serviceWords(await answerTo(socket, rdpRequest));
    if (/443$|^8006$/.test(String(at.port))) return await askOverTls(socket, at);
    const greeting = await answerTo(socket, null);
    return serviceWords(greeting.length > 0 ? greeting : await answerTo(socket, httpRequest(at.host)));
  } finally {
    socket.destroy();
  }
}

async function askOverTls(socket: Socket, { host, timeoutMs }: Place): Promise<string> {
  const secure = await open(connectTls({ socket, rejectUnauthorized: false }), 'secureConnect', timeoutMs);
  if (!secure) return '';
  return serviceWords(await answerTo(secure, httpRequest(host)));
}

/** Null when it does not open in time; it is closed then. */
function open<T extends Socket>(socket: T, event: 'connect' | 'secureConnect', timeoutMs: number): Promise<T | null> {
  return new Promise((resolve) => {
    const end = (opened: boolean) => {
      clearTimeout(timer);
      if (!opened) socket.destroy();
      resolve(opened ? socket : null);
    };
    const timer = setTimeout(() => end(false), timeoutMs);
    socket.on('error', () => end(false));
    socket.once(event, () => end(true));
  });
}

/** What comes after a question, or unasked: as much as fits, until the other side ends or its time is over. */
function answerTo(socket: Socket, question: Buffer | string | null): Promise<Buffer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const end = () => {
      clearTimeout(timer);
      socket.off('data', hear);
      socket.off('close', end);
      resolve(Buffer.concat(parts).subarray(0, MAX_BYTES));
    };
    const timer = setTimeout(end, question === null ? GREETING_MS : ANSWER_MS);
    const hear = (part: Buffer) => {
      parts.push(part);
      const enough = question === null || typeof question !== 'string';
      if (enough || Buffer.concat(parts).length >= MAX_BYTES) end();
    };
    socket.on('data', hear);
    socket.once('close', end);
    if (socket.destroyed) end();
    else if (question !== null) socket.write(question);
  });
}
