import RFB, { type RfbChannel } from '@novnc/novnc';

type Handler<E> = ((event: E) => void) | null;

/** Looks like a connection to noVNC. What it says goes nowhere: the answers were given when this was recorded. */
class TapeChannel implements RfbChannel {
  binaryType = 'arraybuffer';
  readonly protocol = '';
  readyState = 'open';
  onopen: Handler<Event> = null;
  onmessage: Handler<{ data: ArrayBuffer }> = null;
  onclose: Handler<{ code: number }> = null;
  onerror: Handler<Event> = null;
  readonly said: number[] = [];

  /** Only the beginning is kept: how noVNC wants its pixels. */
  send(data: ArrayBufferView<ArrayBuffer> | ArrayBuffer): void {
    if (this.said.length > MOST_SAID) return;
    this.said.push(
      ...(data instanceof ArrayBuffer
        ? new Uint8Array(data)
        : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    );
  }

  close(): void {
    this.readyState = 'closed';
    // noVNC begins to wait for this only after it has called us.
    queueMicrotask(() => this.onclose?.({ code: 1000 }));
  }
}

const HANDSHAKE_BYTES = 14;
const PIXEL_FORMAT_BYTES = 20;
const MOST_SAID = HANDSHAKE_BYTES + PIXEL_FORMAT_BYTES;

/** Draws recorded bytes: an unchanged noVNC that believes it is connected. It goes on, never back. */
export class Projector {
  readonly place = document.createElement('div');
  readonly #channel = new TapeChannel();
  readonly #rfb: RFB;

  constructor(parent: HTMLElement) {
    this.place.className = 'film';
    parent.append(this.place);
    this.#rfb = new RFB(this.place, this.#channel, { shared: true });
    this.#rfb.viewOnly = true;
    this.#rfb.background = 'transparent';
    this.#rfb.scaleViewport = true;
  }

  draw(bytes: Uint8Array): void {
    this.#channel.onmessage?.({ data: bytes.slice().buffer });
  }

  /** The SetPixelFormat that noVNC has sent, as hexadecimal digits; null before it did. */
  get pixels(): string | null {
    const format = this.#channel.said.slice(HANDSHAKE_BYTES, MOST_SAID);
    return format.length < PIXEL_FORMAT_BYTES
      ? null
      : format.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  close(): void {
    this.#rfb.disconnect();
    this.place.remove();
  }
}
