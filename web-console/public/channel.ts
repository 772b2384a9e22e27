import type { RfbChannel } from '@novnc/novnc';
import type { Custody } from '../custody-contract.ts';

/** What the server says beside RFB, in text frames. */
export interface News {
  /** @param silent the server with the screen says nothing to XEPA */
  onPong(silent: boolean): void;
  /** The install's record changed. */
  onChanged(): void;
  /** Seconds until the screen closes for want of input; null when that is off again. */
  onIdle(secondsLeft: number | null): void;
  /** Who is there and who may type has changed. */
  onCustody(custody: Custody): void;
  /** The socket is closed; called before noVNC hears of it, while the last frame is still there. */
  onClosed(code: number, text: string): void;
}

type Handler<E> = ((event: E) => void) | null;

/**
 * Carries RFB for noVNC over our WebSocket and keeps the text frames to ourselves. noVNC tells nobody the close code,
 * so we listen first.
 */
export class Channel implements RfbChannel {
  onopen: Handler<Event> = null;
  onmessage: Handler<MessageEvent> = null;
  onclose: Handler<CloseEvent> = null;
  onerror: Handler<Event> = null;
  readonly protocol = '';
  readonly #socket: WebSocket;

  constructor(url: string, news: News) {
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.addEventListener('open', (event) => this.onopen?.(event));
    this.#socket.addEventListener('error', (event) => this.onerror?.(event));
    this.#socket.addEventListener('close', (event) => {
      news.onClosed(event.code, event.reason);
      this.onclose?.(event);
    });
    this.#socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (typeof event.data === 'string') tell(news, event.data);
      else this.onmessage?.(event);
    });
  }

  get binaryType(): BinaryType {
    return this.#socket.binaryType;
  }

  set binaryType(type: BinaryType) {
    this.#socket.binaryType = type;
  }

  get readyState(): number {
    return this.#socket.readyState;
  }

  send(data: ArrayBufferView<ArrayBuffer> | ArrayBuffer): void {
    this.#socket.send(data);
  }

  /** Asks for a pong. */
  ping(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send('ping');
  }

  /** The person is busy with another part of the page. */
  active(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send('active');
  }

  close(): void {
    this.#socket.close();
  }
}

function tell(news: News, text: string): void {
  const message = JSON.parse(text);
  if (message.pong === true) news.onPong(message.silent === true);
  if (message.changed !== undefined) news.onChanged();
  if (message.custody !== undefined) news.onCustody(message.custody);
  if (message.idle !== undefined) news.onIdle(message.idle);
}
