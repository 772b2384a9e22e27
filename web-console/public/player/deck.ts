import { type Entry, kinds } from '../../recordings/entries.ts';
import type { RecordingView } from '../../recordings/survey-contract.ts';
import { Projector } from './projector.ts';
import type { Reel } from './reel.ts';

/** What the deck tells of itself. */
export interface DeckEvents {
  /** Milliseconds from the beginning. */
  onTime(at: number): void;
  onPlaying(playing: boolean): void;
  /** It winds to another place: how far it is, from 0 to 1, or null when it is there. */
  onWinding(share: number | null, to: number): void;
  onEntry(entry: Entry): void;
  onProblem(text: string): void;
  /** The recorded pixels are not of the kind that this page draws. */
  onForeign(): void;
}

/** So long the page draws before it lets the browser do something else. */
const TURN_MS = 12;
/** A screen that does not change for longer is passed over, up to a moment before it does. */
const IDLE_MS = 2_500;
const LEAD_MS = 700;
const MOST_AT_ONCE_MS = 250;

/**
 * Plays a reel: forward at a pace, or as quickly as it draws. RFB cannot be entered in the middle, so winding back is
 * a new projector that begins at the beginning, unseen until it is there.
 */
export class Deck {
  readonly #reel: Reel;
  readonly #film: HTMLElement;
  readonly #lengthMs: number;
  readonly #pixels: string | null;
  #projector: Projector;
  #next = { part: 0, entry: 0 };
  #at = 0;
  /** The newest that the projector has drawn: whoever was overtaken may have drawn more than it is told to be at. */
  #drawn = 0;
  #playing = false;
  #winding = false;
  #checked = false;
  /** Whatever was begun under an earlier number stops. */
  #turn = 0;
  speed = 1;
  skipsIdle = true;
  events: DeckEvents | null = null;

  constructor(reel: Reel, film: HTMLElement, { lengthMs, format }: Pick<RecordingView, 'lengthMs' | 'format'>) {
    this.#reel = reel;
    this.#film = film;
    this.#lengthMs = lengthMs;
    this.#pixels = format.pixels;
    this.#projector = new Projector(film);
  }

  get at(): number {
    return this.#at;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** From the beginning when it stands at its end. */
  async play(): Promise<void> {
    if (this.#playing) return;
    this.#setPlaying(true);
    // Once it is there it goes on by itself.
    if (this.#winding) return;
    if (this.#at >= this.#lengthMs) await this.seek(0);
    else await this.#run();
  }

  pause(): void {
    if (!this.#winding) this.#turn += 1;
    this.#setPlaying(false);
  }

  /** Goes on playing there, if it played. */
  async seek(to: number): Promise<void> {
    const turn = this.#begin();
    this.#winding = true;
    const target = Math.min(Math.max(0, to), this.#lengthMs);
    const seen = this.#projector;
    if (target < this.#drawn) this.#rewind();
    const from = this.#drawn;
    this.#at = target;
    this.events?.onTime(target);
    const progress = (at: number) => this.events?.onWinding((at - from) / Math.max(1, target - from), target);
    const there = await this.#tried(() => this.#drawUntil(target, turn, progress));
    this.#show(seen);
    if (turn !== this.#turn) return;
    this.#winding = false;
    this.events?.onWinding(null, target);
    if (there && this.#playing) await this.#run();
  }

  #rewind(): void {
    this.#projector = new Projector(this.#film);
    this.#projector.place.classList.add('unseen');
    this.#next = { part: 0, entry: 0 };
    this.#drawn = 0;
  }

  /** Whoever comes to the front is the newest; one that was overtaken on its way is none. */
  #show(seen: Projector): void {
    if (seen !== this.#projector) seen.close();
    this.#projector.place.classList.remove('unseen');
  }

  async #run(): Promise<void> {
    const turn = this.#begin();
    let last = performance.now();
    while (turn === this.#turn && this.#playing) {
      const now = await nextFrame();
      if (turn !== this.#turn) return;
      // What was waited for, and the time in which nobody looked, is not made up for.
      const passed = Math.min(now - last, MOST_AT_ONCE_MS);
      const target = Math.min(this.#lengthMs, this.#at + passed * this.speed);
      last = now;
      if (!(await this.#tried(() => this.#drawUntil(target, turn)))) return;
      if (turn !== this.#turn) return;
      this.#at = target;
      await this.#passIdle(turn);
      if (turn !== this.#turn) return;
      this.events?.onTime(this.#at);
      if (this.#at >= this.#lengthMs) this.pause();
    }
  }

  async #passIdle(turn: number): Promise<void> {
    if (!this.skipsIdle) return;
    const next = await this.#tried(() => this.#peek(turn));
    if (turn !== this.#turn || next === false) return;
    const end = next?.at ?? this.#lengthMs;
    if (end - this.#at > IDLE_MS) this.#at = end - LEAD_MS;
  }

  /** Draws everything up to that time; gives way to the browser in between. @returns false when it was overtaken */
  async #drawUntil(target: number, turn: number, progress?: (at: number) => void): Promise<boolean> {
    let began = performance.now();
    for (;;) {
      const entry = await this.#peek(turn);
      if (turn !== this.#turn) return false;
      if (!entry || entry.at > target) return true;
      this.#next.entry += 1;
      this.#draw(entry);
      if (performance.now() - began < TURN_MS) continue;
      progress?.(entry.at);
      await aMoment();
      if (turn !== this.#turn) return false;
      began = performance.now();
    }
  }

  #draw(entry: Entry): void {
    this.#drawn = entry.at;
    if (entry.kind === kinds.screen) this.#projector.draw(entry.bytes);
    this.events?.onEntry(entry);
    if (this.#checked || this.#projector.pixels === null) return;
    this.#checked = true;
    if (this.#pixels !== null && this.#pixels !== this.#projector.pixels) this.events?.onForeign();
  }

  /** The entry that comes next, null at the end and for who was overtaken. */
  async #peek(turn: number): Promise<Entry | null> {
    while (this.#next.part < this.#reel.length) {
      const entries = await this.#reel.part(this.#next.part);
      if (turn !== this.#turn) return null;
      const entry = entries[this.#next.entry];
      if (entry) return entry;
      this.#next = { part: this.#next.part + 1, entry: 0 };
    }
    return null;
  }

  /** What did not work is said, and playing stops. */
  async #tried<T>(work: () => Promise<T>): Promise<T | false> {
    try {
      return await work();
    } catch (error) {
      this.pause();
      this.events?.onProblem(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  #begin(): number {
    this.#turn += 1;
    return this.#turn;
  }

  #setPlaying(playing: boolean): void {
    if (this.#playing === playing) return;
    this.#playing = playing;
    this.events?.onPlaying(playing);
  }
}

function nextFrame(): Promise<number> {
  return new Promise((done) => requestAnimationFrame(() => done(performance.now())));
}

/** Sooner than any timer, and after what the browser has to do. */
function aMoment(): Promise<void> {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done();
    port2.postMessage(null);
  });
}
