import type { ToPage } from '../../browser-disc/disc-contract.ts';
import { type CloseReason, reasonOf } from '../../close-codes.ts';
import { backoffMs } from '../backoff.ts';
import type { LineState } from './disc-words.ts';
import { FileAnswers } from './file-answers.ts';

export interface LineEvents {
  /** @param text the server's, where it said why it did not open the line */
  onState(state: LineState, reason: CloseReason | null, text: string): void;
  /** The file has changed on this computer, or is gone. */
  onUnreadable(): void;
}

const PING_MS = 2_000;
/** The guest waits for twenty seconds, so a line that is dead is given up well before. */
const SILENT_MS = 6_000;
/** After these it does not come back by itself. */
const ends: ReadonlySet<CloseReason | null> = new Set<CloseReason | null>([
  ...(['discOver', 'discTaken', 'ended', 'revoked', 'sessionOver'] as const),
  ...(['signedOut', 'protocol'] as const),
]);

/** Keeps a WebSocket open over which the server reads a file of this computer. */
export class DiscLine {
  readonly #url: string;
  readonly #file: File;
  readonly #events: LineEvents;
  readonly #timer: number;
  #socket: WebSocket | null = null;
  #heardAt = 0;
  #isOpen = false;
  #tries = 0;
  #again = 0;
  #closed = false;

  constructor(url: string, file: File, events: LineEvents) {
    this.#url = url;
    this.#file = file;
    this.#events = events;
    this.#timer = window.setInterval(() => this.#beat(), PING_MS);
    window.addEventListener('online', this.#hurry);
    events.onState('connecting', null, '');
    this.#open();
  }

  close(): void {
    this.#closed = true;
    window.clearInterval(this.#timer);
    window.clearTimeout(this.#again);
    window.removeEventListener('online', this.#hurry);
    this.#socket?.close();
  }

  readonly #hurry = () => {
    if (!this.#closed && !this.#socket) this.#open();
  };

  #open(): void {
    window.clearTimeout(this.#again);
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#heardAt = performance.now();
    socket.binaryType = 'arraybuffer';
    const send = (data: ArrayBuffer | string) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
    };
    const answers = new FileAnswers(this.#file, send, () => this.#events.onUnreadable());
    socket.addEventListener('open', () => send('ping'));
    socket.addEventListener('message', ({ data }: MessageEvent<string>) => this.#hear(socket, answers, data));
    socket.addEventListener('close', ({ code, reason }) => this.#lost(socket, code, reason));
  }

  #hear(socket: WebSocket, answers: FileAnswers, data: string): void {
    if (this.#socket !== socket) return;
    this.#heardAt = performance.now();
    this.#begun();
    const message: ToPage = JSON.parse(data);
    if ('read' in message) answers.answer(message.read);
  }

  /** A line that is opened only to say why there is none never gets a word: with the first one it is there. */
  #begun(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#tries = 0;
    this.#events.onState('open', null, '');
  }

  #beat(): void {
    const socket = this.#socket;
    if (!socket) return;
    if (performance.now() - this.#heardAt > SILENT_MS) {
      socket.close();
      // A dead line closes when the browser has waited for its other end, which may take minutes.
      this.#lost(socket, 1006, '');
    } else if (socket.readyState === WebSocket.OPEN) socket.send('ping');
  }

  #lost(socket: WebSocket, code: number, text: string): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.#isOpen = false;
    if (this.#closed) return;
    const reason = reasonOf(code);
    if (ends.has(reason)) {
      this.close();
      this.#events.onState('over', reason, text);
      return;
    }
    this.#events.onState('lost', reason, text);
    this.#again = window.setTimeout(() => this.#open(), backoffMs(this.#tries, Math.random()));
    this.#tries += 1;
  }
}
