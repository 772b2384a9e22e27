import { WebSocket } from 'ws';
import { z } from 'zod';
import { type CloseReason, closeCodes, closeTexts } from '../close-codes.ts';
import { HIGH } from '../flow.ts';
import { ANSWER_HEAD, type ToPage } from './disc-contract.ts';
import type { FileHolder, RemoteFile } from './remote-file.ts';

const CLOSE_GRACE_MS = 500;
/** A page that is gone without a word is noticed while reads still wait for the next one. */
const PING_MS = 3_000;
const MISSED_PONGS = 2;
const PING = 'ping';
const Unreadable = z.strictObject({ unreadable: z.int().min(0) });

/** One page's WebSocket: what the guest reads is asked for here, and the answers go to the file. */
export class PageLink implements FileHolder {
  readonly #socket: WebSocket;
  readonly #file: RemoteFile;
  readonly #onClose: (reason: CloseReason | 'left') => void;
  readonly #timer: NodeJS.Timeout;
  #unanswered = 0;
  #closed = false;

  /** @param onClose called once; `left`: the browser, or the line to it, went */
  constructor(socket: WebSocket, file: RemoteFile, onClose: (reason: CloseReason | 'left') => void) {
    this.#socket = socket;
    this.#file = file;
    this.#onClose = onClose;
    this.#timer = setInterval(() => this.#beat(), PING_MS);
    socket.on('message', (data: Buffer, isBinary) => this.#take(data, isBinary));
    socket.on('pong', () => {
      this.#unanswered = 0;
    });
    socket.once('close', () => this.close('left'));
    socket.on('error', () => this.close('left'));
    file.attach(this);
  }

  ask(id: number, offset: number, length: number): void {
    this.#say({ read: { id, offset, length } });
  }

  giveUp(): void {
    this.close('unresponsive');
  }

  /** The install's record changed: of no interest to this page's other end. */
  announce(): void {
    // The screen's own WebSocket says so.
  }

  /** The one way out. */
  close(reason: CloseReason | 'left'): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#file.detach(this);
    if (reason !== 'left') this.#socket.close(closeCodes[reason], closeTexts[reason]);
    const cut = setTimeout(() => this.#socket.terminate(), CLOSE_GRACE_MS);
    this.#socket.once('close', () => clearTimeout(cut));
    this.#onClose(reason);
  }

  #take(data: Buffer, isBinary: boolean): void {
    if (this.#closed) return;
    if (!(isBinary ? this.#takeBytes(data) : this.#takeText(data.toString()))) this.close('protocol');
  }

  /** @returns false where it is nothing that was asked for */
  #takeBytes(data: Buffer): boolean {
    if (data.length < ANSWER_HEAD) return false;
    return this.#file.take(this, data.readUInt32BE(), data.subarray(ANSWER_HEAD));
  }

  #takeText(text: string): boolean {
    if (text !== PING) {
      const said = Unreadable.safeParse(jsonOf(text));
      return said.success && this.#file.cannot(this, said.data.unreadable);
    }
    // A page that asks on and on and reads nothing gets no heap of answers.
    if (this.#socket.bufferedAmount < HIGH) this.#say({ pong: true });
    return true;
  }

  /** What it asks is little and bounded, so nothing piles up. */
  #say(message: ToPage): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #beat(): void {
    if (this.#unanswered >= MISSED_PONGS) {
      this.close('unresponsive');
      return;
    }
    this.#unanswered += 1;
    this.#socket.ping();
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
