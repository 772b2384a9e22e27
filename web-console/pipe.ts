import { WebSocket } from 'ws';
import type { Clock } from '../core/clock.ts';
import type { ConsoleRight } from '../core/contracts/console-right.ts';
import { type CloseReason, closeCodes, closeTexts } from './close-codes.ts';
import { HIGH, pourIntoChannel, pourIntoSocket } from './flow.ts';
import { IdleWatch } from './idle-watch.ts';
import { RfbSplitter } from './rfb-splitter.ts';
import type { HostStream } from './target.ts';

export interface PipeOptions {
  socket: WebSocket;
  target: HostStream;
  /** What the VM said already; it goes to the browser first. */
  banner: Buffer;
  /** With `view` nothing that the browser sends changes anything, and the pipe never falls idle. */
  right: ConsoleRight;
  clock: Clock;
  /** Milliseconds since 1970 at which the session ends. */
  endsAt: number;
  /** Milliseconds without input after which the pipe closes. */
  idleMs: number;
  /** Called once, when the pipe closes for whatever reason; `left` means that the browser went. */
  onClose(reason: CloseReason | 'left'): void;
}

const TICK_MS = 1_000;
const PING_EVERY_TICKS = 15;
const MISSED_PONGS = 2;
/** A page shakes hands at once; who does not holds a place for nothing. */
const HANDSHAKE_TICKS = 10;
/** How long a closing handshake may take before the line is cut. */
const CLOSE_GRACE_MS = 500;
/** ssh2 does not stop a device that ignores its window (mscdex/ssh2#1505): more than this is hostile. */
const MAX_UNREAD = 16 * 1024 * 1024;
/** The page asks, we answer: browsers show no ping frames, and the round trip is worth knowing. */
const PING = 'ping';

/**
 * Joins a browser's WebSocket and the VM's stream until one of them ends, the session is over, or nobody touches it.
 * Binary frames are RFB; text frames are ours: answers to "ping", and news of changes and of idleness.
 */
export class Pipe {
  readonly #options: PipeOptions;
  readonly #splitter: RfbSplitter;
  readonly #idle: IdleWatch;
  readonly #timer: NodeJS.Timeout;
  #unanswered = 0;
  #ticks = 0;
  #closed = false;

  constructor(options: PipeOptions) {
    this.#options = options;
    this.#splitter = new RfbSplitter(options.right);
    // Who only watches can give no sign of life: the session's end closes their screen.
    const limitMs = options.right === 'view' ? Number.POSITIVE_INFINITY : options.idleMs;
    this.#idle = new IdleWatch(limitMs, options.clock.now());
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#watchEnds();
    options.socket.send(options.banner);
    pourIntoSocket(options.target.stream, options.socket);
    if (options.target.stream.destroyed) this.close('screenLost');
  }

  /** Tells the page that the install's record changed. */
  announce(rev: number): void {
    this.#tell({ changed: rev });
  }

  /** The one way out. */
  close(reason: CloseReason | 'left'): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    const { socket, target, onClose } = this.#options;
    target.release();
    if (reason !== 'left') socket.close(closeCodes[reason], closeTexts[reason]);
    const cut = setTimeout(() => socket.terminate(), CLOSE_GRACE_MS);
    socket.once('close', () => clearTimeout(cut));
    // Reading goes on, so that the answer to our closing handshake is seen.
    socket.resume();
    onClose(reason);
  }

  #watchEnds(): void {
    const { socket, target } = this.#options;
    socket.on('message', (data: Buffer, isBinary) => this.#take(data, isBinary));
    socket.on('pong', () => {
      this.#unanswered = 0;
    });
    socket.once('close', () => this.close('left'));
    socket.on('error', () => this.close('left'));
    for (const end of ['end', 'close', 'error']) target.stream.on(end, () => this.close('screenLost'));
  }

  #take(data: Buffer, isBinary: boolean): void {
    if (this.#closed) return;
    if (!isBinary) {
      if (data.toString() === PING) this.#tell({ pong: true });
      else this.close('protocol');
      return;
    }
    try {
      const passed = this.#splitter.push(data);
      if (passed.inputs > 0 && this.#idle.touch(this.#options.clock.now())) this.#tell({ idle: null });
      pourIntoChannel(passed.bytes, this.#options.socket, this.#options.target.stream);
    } catch {
      this.close('protocol');
    }
  }

  /** News is dropped while the browser reads too slowly: asking again is cheap, a heap of answers is not. */
  #tell(message: object): void {
    const { socket } = this.#options;
    if (socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > HIGH) return;
    socket.send(JSON.stringify(message));
  }

  #tick(): void {
    const { clock, endsAt, target } = this.#options;
    const now = clock.now();
    const news = this.#idle.check(now);
    if (now >= endsAt) this.close('sessionOver');
    else if (news?.kind === 'idle') this.close('idle');
    else if (target.stream.readableLength > MAX_UNREAD) this.close('screenLost');
    else this.#keepAlive();
    if (news?.kind === 'warn') this.#tell({ idle: news.secondsLeft });
  }

  #keepAlive(): void {
    this.#ticks += 1;
    if (this.#ticks === HANDSHAKE_TICKS && !this.#splitter.shaken) {
      this.close('unresponsive');
      return;
    }
    if (this.#ticks % PING_EVERY_TICKS !== 0) return;
    if (this.#unanswered >= MISSED_PONGS) {
      this.close('unresponsive');
      return;
    }
    this.#unanswered += 1;
    this.#options.socket.ping();
  }
}
