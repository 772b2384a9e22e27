import { resumeAt, type UploadStanding } from '../../upload/contract.ts';
import type { Answer } from '../answer.ts';
import { backoffMs } from '../backoff.ts';
import type { Digest } from './digest.ts';
import { FIRST_PIECE_BYTES, nextPiece, Pace, smallerPiece } from './pace.ts';
import type { FileNote, UploadApi } from './transfer-api.ts';

/** What a transfer does: `lost` is the line, which it mends by itself. */
export type TransferState = 'asking' | 'sending' | 'paused' | 'lost' | 'checking';

export interface TransferNews {
  state: TransferState;
  sent: number;
  /** Bytes in a second, while it sends. */
  speed: number | null;
}

/** How it ended. `stopped`: by who sends it; a `why` is a sentence. */
export type TransferEnd = { kind: 'ready' | 'stopped' } | { kind: 'failed'; why: string };

export interface TransferDeps {
  api: UploadApi;
  digest: Digest;
  now(): number;
  sleep(ms: number): Promise<void>;
  random(): number;
}

/** What follows from an answer: nothing, another try later, the end that the server told of, or a refusal. */
type Turn = null | { kind: 'wait' } | { kind: 'end'; end: TransferEnd } | { kind: 'no'; why: string };

/** For the bot and the worker to do their part. */
const WAIT_MS = 500;
/** Said by the server when another try may do. */
const passing: readonly string[] = [
  'too-fast',
  'too-many',
  'upload-place',
  'upload-over',
  'going-away',
  'screen-silent',
];
const unreadable = 'The file cannot be read any more: it was changed or moved since you chose it.';

/** Sends a file piece by piece until the server has it whole, through lost networks and restarts. Where it stands is asked, not remembered. */
export class Transfer {
  readonly #file: Blob;
  readonly #note: FileNote;
  readonly #deps: TransferDeps;
  readonly #onNews: (news: TransferNews) => void;
  readonly #pace = new Pace();
  readonly #abort = new AbortController();
  #size = FIRST_PIECE_BYTES;
  #sent = 0;
  #tries = 0;
  #n = 0;
  #paused = false;
  #wake: () => void = () => undefined;
  #why: string | null = null;

  constructor(file: Blob, note: FileNote, deps: TransferDeps, onNews: (news: TransferNews) => void) {
    this.#file = file;
    this.#note = note;
    this.#deps = deps;
    this.#onNews = onNews;
  }

  /** The upload's number; 0 before it has one. */
  get n(): number {
    return this.#n;
  }

  /** The piece that is on its way still gets there. */
  pause(): void {
    this.#paused = true;
    this.#tell('paused');
  }

  goOn(): void {
    this.#paused = false;
    this.#wake();
  }

  /** What is there already is removed. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.goOn();
    if (this.#n > 0) await this.#deps.api.stop(this.#n);
  }

  async run(): Promise<TransferEnd> {
    this.#tell('asking');
    while (!this.#isOver()) {
      await this.#unpaused();
      const answer = this.#n === 0 ? await this.#begin() : await this.#step();
      if (this.#isOver() || !answer) continue;
      if (answer.kind === 'end') return answer.end;
      if (answer.kind === 'no') return this.#giveUp(answer.why);
      await this.#patience();
    }
    return this.#why === null ? { kind: 'stopped' } : this.#giveUp(this.#why);
  }

  async #begin(): Promise<Turn> {
    const answer = await this.#deps.api.begin(this.#note);
    if (answer.kind !== 'ok') return turnOf(answer);
    this.#n = answer.body.n;
    return null;
  }

  /** Looks how it stands, and does what that asks for. */
  async #step(): Promise<Turn> {
    const answer = await this.#deps.api.look();
    if (answer.kind !== 'ok') return turnOf(answer);
    const { upload } = answer.body;
    if (upload?.n !== this.#n) return ended('Another ISO was asked for meanwhile, which takes its place.');
    if (upload.state === 'ready') return { kind: 'end', end: { kind: 'ready' } };
    if (upload.state === 'failed' || upload.state === 'refused') return ended(upload.why ?? '');
    if (upload.state === 'receiving') return this.#sendFrom(upload);
    this.#tell(upload.state === 'checking' ? 'checking' : 'asking');
    await this.#deps.sleep(WAIT_MS);
    return null;
  }

  async #sendFrom(upload: UploadStanding): Promise<Turn> {
    // The file on the server is gone; the worker says so soon.
    if (upload.at === null) return { kind: 'wait' };
    this.#sent = resumeAt(upload.at, this.#file.size);
    while (this.#sent < this.#file.size && !this.#paused && !this.#isOver()) {
      const turn = await this.#sendPiece();
      if (turn) return turn;
    }
    if (this.#sent < this.#file.size || this.#isOver()) return null;
    this.#tell('checking');
    const sha256 = await this.#deps.digest.finish().catch(() => this.#cannotRead());
    return sha256 === undefined ? null : turnOf(await this.#deps.api.sent(this.#n, sha256));
  }

  async #sendPiece(): Promise<Turn> {
    const offset = this.#sent;
    const piece = this.#file.slice(offset, offset + this.#size);
    this.#tell('sending');
    this.#deps.digest.readTo(offset + piece.size).catch(() => this.#cannotRead());
    const began = this.#deps.now();
    const answer = await this.#deps.api.send({ n: this.#n, offset }, piece, this.#abort.signal);
    const ms = this.#deps.now() - began;
    if (answer.kind !== 'ok') {
      this.#size = smallerPiece(this.#size);
      return turnOf(answer);
    }
    this.#tries = 0;
    this.#sent = answer.body.at;
    this.#pace.note(piece.size, ms);
    // The last one is short, and says little.
    if (piece.size === this.#size) this.#size = nextPiece(this.#size, ms);
    if (!this.#paused) this.#tell('sending');
    return null;
  }

  /** Until the line may be there again. */
  async #patience(): Promise<void> {
    if (!this.#paused) this.#tell('lost');
    await this.#deps.sleep(backoffMs(this.#tries, this.#deps.random()));
    this.#tries += 1;
  }

  async #unpaused(): Promise<void> {
    if (!this.#paused) return;
    this.#tell('paused');
    await new Promise<void>((go) => {
      this.#wake = go;
    });
  }

  #cannotRead(): undefined {
    this.#why = unreadable;
    this.#abort.abort();
  }

  async #giveUp(why: string): Promise<TransferEnd> {
    if (this.#n > 0) await this.#deps.api.stop(this.#n);
    return { kind: 'failed', why };
  }

  #isOver(): boolean {
    return this.#abort.signal.aborted;
  }

  #tell(state: TransferState): void {
    const isSending = state === 'sending';
    this.#onNews({ state, sent: this.#sent, speed: isSending ? this.#pace.speed : null });
  }
}

function turnOf(answer: Answer<unknown>): Turn {
  if (answer.kind === 'ok') return null;
  if (answer.kind === 'offline' || passing.includes(answer.code)) return { kind: 'wait' };
  return { kind: 'no', why: answer.message };
}

function ended(why: string): Turn {
  return { kind: 'end', end: { kind: 'failed', why } };
}
