import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { XepaError } from './errors.ts';

/** One message of the QEMU Machine Protocol (qemu docs/interop/qmp-spec). */
const QmpMessage = z.looseObject({
  QMP: z.unknown().optional(),
  id: z.number().optional(),
  return: z.unknown().optional(),
  error: z.object({ class: z.string(), desc: z.string() }).optional(),
  event: z.string().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});
type QmpMessage = z.infer<typeof QmpMessage>;

/** A conversation with one QEMU. A QMP socket serves one client at a time. */
export interface Qmp {
  /** @throws XepaError vm-failed when QEMU refuses, or does not answer in time */
  execute(command: string, args?: Record<string, unknown>): Promise<unknown>;
  onEvent(listener: (event: string, data: Record<string, unknown>) => void): void;
  close(): void;
}

/** Longest line taken from QEMU, in characters: the device may be hostile. */
const MAX_LINE = 256 * 1024;

/**
 * Waits for QEMU's greeting and negotiates capabilities.
 * @throws XepaError vm-failed when no greeting comes: another client may hold the socket
 */
export async function connectQmp(stream: Duplex, timeoutMs = 10_000): Promise<Qmp> {
  const link = new QmpLink(stream, timeoutMs);
  await within(link.greeting, timeoutMs, stream);
  try {
    await link.execute('qmp_capabilities');
  } catch (error) {
    // The socket serves one client at a time: a half-open conversation would lock out every later one.
    link.close();
    throw error;
  }
  return link;
}

/** Enough of QEMU's own words. */
const MAX_REASON = 300;

interface Waiter {
  resolve(value: unknown): void;
  reject(error: XepaError): void;
  timer: NodeJS.Timeout;
}

/** Matches answers to questions by their id, over one stream. */
class QmpLink implements Qmp {
  readonly greeting: Promise<void>;
  readonly #stream: Duplex;
  readonly #timeoutMs: number;
  readonly #waiters = new Map<number, Waiter>();
  readonly #listeners: ((event: string, data: Record<string, unknown>) => void)[] = [];
  #greeted: () => void = () => undefined;
  #nextId = 1;

  constructor(stream: Duplex, timeoutMs: number) {
    this.#stream = stream;
    this.#timeoutMs = timeoutMs;
    this.greeting = new Promise((resolve) => {
      this.#greeted = resolve;
    });
    splitLines(stream, (line) => this.#take(line));
    stream.on('error', () => this.#failAll('the connection to QEMU broke'));
    stream.on('close', () => this.#failAll('the connection to QEMU ended'));
  }

  execute(command: string, args?: Record<string, unknown>): Promise<unknown> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      const late = () => this.#settle(id)?.reject(vmFailed(`no answer to ${command}`));
      this.#waiters.set(id, { resolve, reject, timer: setTimeout(late, this.#timeoutMs) });
      this.#stream.write(`${JSON.stringify({ execute: command, id, ...(args ? { arguments: args } : {}) })}\n`);
    });
  }

  onEvent(listener: (event: string, data: Record<string, unknown>) => void): void {
    this.#listeners.push(listener);
  }

  close(): void {
    this.#stream.destroy();
  }

  #take(line: string): void {
    const message = parseMessage(line);
    if (message?.QMP !== undefined) this.#greeted();
    if (message?.event !== undefined) this.#announce(message.event, message.data ?? {});
    if (message?.id !== undefined) this.#answer(message.id, message);
  }

  #announce(event: string, data: Record<string, unknown>): void {
    for (const listener of this.#listeners) listener(event, data);
  }

  #answer(id: number, message: QmpMessage): void {
    const waiter = this.#settle(id);
    if (message.error) waiter?.reject(vmFailed(message.error.desc));
    else waiter?.resolve(message.return);
  }

  #settle(id: number): Waiter | undefined {
    const waiter = this.#waiters.get(id);
    this.#waiters.delete(id);
    clearTimeout(waiter?.timer);
    return waiter;
  }

  #failAll(why: string): void {
    for (const id of [...this.#waiters.keys()]) this.#settle(id)?.reject(vmFailed(why));
  }
}

function parseMessage(line: string): QmpMessage | null {
  try {
    return QmpMessage.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

function splitLines(stream: Duplex, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) stream.destroy();
    for (const line of lines) if (line.trim() !== '') take(line);
  });
}

async function within(greeting: Promise<void>, timeoutMs: number, stream: Duplex): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(vmFailed('QEMU did not greet')), timeoutMs);
    stream.once('close', () => reject(vmFailed('QEMU closed its control socket')));
  });
  try {
    await Promise.race([greeting, late]);
  } catch (error) {
    stream.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function vmFailed(why: string): XepaError {
  return new XepaError('vm-failed', {
    message: `QMP: ${why.slice(0, MAX_REASON)}`,
    userMessage: `The VM's control channel says: ${why.slice(0, MAX_REASON)}.`,
    retry: 'backoff',
  });
}
