import { type CloseReason, reasonOf } from '../close-codes.ts';
import { backoffMs } from './backoff.ts';

/** How a serial port's line is. */
export type LinkState = 'connecting' | 'open' | 'lost' | 'idle' | 'over';

export interface LinkEvents {
  onState(state: LinkState): void;
  /** A stream begins, with the port's past. */
  onBegin(): void;
  onBytes(bytes: Uint8Array): void;
}

const PIECE_BYTES = 4 * 1024;
/** After these it does not come back by itself. */
const ends: Partial<Record<CloseReason, LinkState>> = {
  idle: 'idle',
  protocol: 'idle',
  ended: 'over',
  revoked: 'over',
  sessionOver: 'over',
};

/** Keeps a WebSocket to one serial port open until it was meant to end. */
export class SerialLink {
  readonly #url: string;
  readonly #events: LinkEvents;
  #socket: WebSocket | null = null;
  #timer = 0;
  #tries = 0;

  constructor(url: string, events: LinkEvents) {
    this.#url = url;
    this.#events = events;
  }

  /** Opens it, where it is not open. */
  open(): void {
    window.clearTimeout(this.#timer);
    if (this.#socket) return;
    this.#events.onState(this.#tries === 0 ? 'connecting' : 'lost');
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      this.#tries = 0;
      this.#events.onBegin();
      this.#events.onState('open');
    });
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (event.data instanceof ArrayBuffer) this.#events.onBytes(new Uint8Array(event.data));
    });
    socket.addEventListener('close', (event) => this.#closed(socket, event.code));
  }

  /** Ends it and begins anew: with another right, say. */
  renew(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.open();
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) this.#socket.send(bytes.subarray(at, at + PIECE_BYTES));
  }

  /** The person is busy elsewhere on the page. */
  active(): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send('active');
  }

  #closed(socket: WebSocket, code: number): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    const end = ends[reasonOf(code) ?? 'screenLost'];
    this.#events.onState(end ?? 'lost');
    if (end !== undefined) return;
    this.#timer = window.setTimeout(() => this.open(), backoffMs(this.#tries, Math.random()));
    this.#tries += 1;
  }
}
