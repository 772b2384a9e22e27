import { WebSocket } from 'ws';
import type { Clock } from '../core/clock.ts';
import type { ConsoleRight } from '../core/contracts/console-right.ts';
import { type CloseReason, closeCodes, closeTexts } from './close-codes.ts';
import type { Custody } from './custody-contract.ts';
import { HIGH, pourIntoChannel, pourIntoSocket } from './flow.ts';
import { IdleWatch } from './idle-watch.ts';
import type { Place } from './keyboards.ts';
import type { Tape } from './recordings/tape.ts';
import { type Passed, RfbSplitter } from './rfb-splitter.ts';
import type { HostStream } from './target.ts';

/** Judges a client's bytes: what of them goes to the VM. Throws at what it cannot accept. */
export interface Input {
  push(chunk: Buffer): Passed;
  /** The client has said all that it has to say before anything is shown. */
  readonly shaken: boolean;
  /** What lets go in the guest of everything that is held down. */
  letGo(): Buffer;
}

export interface PipeOptions {
  socket: WebSocket;
  target: HostStream;
  /** What the VM said already; it goes to the browser first. */
  banner: Buffer;
  /** With `view` nothing that the browser sends changes anything, and the pipe never falls idle. */
  right: ConsoleRight;
  /** Reads what the browser sends; RFB where nothing else is said. */
  input?: Input;
  /** Says whether this person has the keyboard now. */
  place: Place;
  /** Where the screen has to be recorded; without its recording it does not go on. */
  tape?: Tape | null;
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
/** The person is busy with another part of the page: not idle here. */
const ACTIVE = 'active';

/**
 * Joins a browser's WebSocket and the VM's stream until one of them ends, the session is over, or nobody touches it.
 * Binary frames are RFB, or a serial port's bytes; text frames are ours: "ping" and its answer, and news of changes
 * and of idleness.
 */
export class Pipe {
  readonly #options: PipeOptions;
  readonly #input: Input;
  readonly #idle: IdleWatch;
  readonly #timer: NodeJS.Timeout;
  #unanswered = 0;
  #ticks = 0;
  #closed = false;

  constructor(options: PipeOptions) {
    this.#options = options;
    this.#input = options.input ?? new RfbSplitter(options.right, options.place.mayType);
    // Who only watches can give no sign of life: the session's end closes their screen.
    const limitMs = options.right === 'view' ? Number.POSITIVE_INFINITY : options.idleMs;
    this.#idle = new IdleWatch(limitMs, options.clock.now());
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#watchEnds();
    const { tape, target } = options;
    tape?.screen(options.banner);
    if (tape) target.stream.on('data', (bytes: Buffer) => tape.screen(bytes));
    options.socket.send(options.banner);
    pourIntoSocket(target.stream, options.socket);
    tape?.watch(() => this.close('unrecorded'));
    if (target.stream.destroyed) this.close('screenLost');
  }

  /** Tells the page that the install's record changed. */
  announce(rev: number): void {
    this.#tell({ changed: rev });
  }

  /** Tells the page who is there and who may type. */
  tell(custody: Custody): void {
    this.#tell({ custody });
  }

  /** The keyboard is somebody else's from now on: in the guest nothing stays pressed. */
  letGo(): void {
    const { socket, target } = this.#options;
    if (!this.#closed) pourIntoChannel(this.#input.letGo(), socket, target.stream);
  }

  /** The one way out. */
  close(reason: CloseReason | 'left'): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    const { socket, target, tape, onClose } = this.#options;
    tape?.end(reason);
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
    if (isBinary) this.#takeBytes(data);
    else this.#takeText(data.toString());
  }

  #takeBytes(data: Buffer): void {
    try {
      const passed = this.#input.push(data);
      if (passed.inputs > 0) this.#touched();
      if (passed.reached) this.#options.place.reach();
      this.#options.tape?.client(passed.bytes);
      pourIntoChannel(passed.bytes, this.#options.socket, this.#options.target.stream);
    } catch {
      this.close('protocol');
    }
  }

  #takeText(text: string): void {
    if (text === PING) this.#tell({ pong: true, ...(this.#options.target.isSilent?.() ? { silent: true } : {}) });
    else if (text !== ACTIVE) this.close('protocol');
    // Of somebody without the keyboard it would count as a sign of who has it.
    else if (this.#options.place.mayType()) this.#touched();
  }

  #touched(): void {
    this.#options.place.touch();
    if (this.#idle.touch(this.#options.clock.now())) this.#tell({ idle: null });
  }

  /** News is dropped while the browser reads too slowly: asking again is cheap, a heap of answers is not. */
  #tell(message: object): void {
    const { socket } = this.#options;
    if (socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > HIGH) return;
    socket.send(JSON.stringify(message));
  }

  #tick(): void {
    const { clock, endsAt, place, tape, target } = this.#options;
    const now = clock.now();
    tape?.tick(place.mayType());
    // Who waits for the keyboard can give no sign of life either.
    if (!place.mayType() && this.#idle.touch(now)) this.#tell({ idle: null });
    const news = this.#idle.check(now);
    if (now >= endsAt) this.close('sessionOver');
    else if (news?.kind === 'idle') this.close('idle');
    else if (target.stream.readableLength > MAX_UNREAD) this.close('screenLost');
    else this.#keepAlive();
    if (news?.kind === 'warn') this.#tell({ idle: news.secondsLeft });
  }

  #keepAlive(): void {
    this.#ticks += 1;
    if (this.#ticks === HANDSHAKE_TICKS && !this.#input.shaken) {
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
