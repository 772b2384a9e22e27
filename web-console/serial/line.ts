import { Duplex } from 'node:stream';
import type { HostStream } from '../target.ts';
import { Backlog } from './backlog.ts';
import { TAIL_BYTES } from './follow.ts';
import { SerialKeys } from './keys.ts';

/** Bytes that may wait for one viewer here, besides what waits in their WebSocket. */
const MAX_BEHIND = 256 * 1024;

/** Where a line gets its two directions from; each is opened when it is needed. */
export interface LineSources {
  /** What the port says, from the end of its past on. */
  follow: HostStream;
  /** The port itself, to be typed into. */
  openPort(): Promise<HostStream>;
  /** Called once, when nobody is left or the source ended. */
  onClose(): void;
}

/**
 * One serial port in this process: one stream from the device, shared by everybody who looks at it. It never waits for
 * a viewer: the guest's serial line must not stand still because somebody's network does. Who falls too far behind is
 * cut off; their page comes back and begins with the newest.
 */
export class SerialLine {
  readonly #sources: LineSources;
  readonly #keys: SerialKeys;
  readonly #backlog = new Backlog(TAIL_BYTES);
  readonly #viewers = new Set<Duplex>();
  #closed = false;

  constructor(sources: LineSources) {
    this.#sources = sources;
    this.#keys = new SerialKeys(sources.openPort);
    this.#keys.on('error', () => this.close());
    const { stream } = sources.follow;
    stream.on('data', (bytes: Buffer) => this.#hear(bytes));
    for (const end of ['end', 'close', 'error']) stream.on(end, () => this.close());
    if (stream.destroyed) this.close();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** A viewer's own end of the line: begins with the port's past; what is written to it is typed into the port. */
  join(): HostStream {
    const keys = this.#keys;
    const viewer = new Duplex({
      // Kept by #hear, which drops a viewer instead of waiting for it.
      read: () => undefined,
      write: (bytes: Buffer, _encoding, done) => void (keys.destroyed ? done() : keys.write(bytes, () => done())),
      destroy: (error, done) => {
        this.#leave(viewer);
        done(error);
      },
    });
    viewer.on('error', () => undefined);
    viewer.push(this.#backlog.read());
    this.#viewers.add(viewer);
    if (this.#closed) viewer.destroy();
    return { stream: viewer, release: () => void viewer.destroy() };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#keys.destroy();
    this.#sources.follow.release();
    for (const viewer of this.#viewers) viewer.destroy();
    this.#sources.onClose();
  }

  #hear(bytes: Buffer): void {
    this.#backlog.add(bytes);
    for (const viewer of this.#viewers) {
      if (viewer.readableLength > TAIL_BYTES + MAX_BEHIND) viewer.destroy();
      else viewer.push(bytes);
    }
  }

  #leave(viewer: Duplex): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size === 0) this.close();
  }
}
