import { type Entry, kinds } from '../../recordings/entries.ts';
import type { RecordingView } from '../../recordings/survey-contract.ts';
import { element, say } from '../dom.ts';
import { tell } from '../notices.ts';
import type { Deck } from './deck.ts';
import { drawMarks } from './marks.ts';
import { clock, spoken, stateWords } from './words.ts';

const STEP_MS = 5_000;
const LEAP_MS = 60_000;
/** So long it is said that somebody typed. */
const DOING_MS = 1_500;

/** The player's buttons, its seek bar, and what they say. */
export class Desk {
  readonly #view: RecordingView;
  readonly #deck: Deck;
  readonly #play = element('play', HTMLButtonElement);
  readonly #seek = element('seek', HTMLInputElement);
  readonly #skip = element('skip', HTMLButtonElement);
  readonly #speeds = [...element('speeds', HTMLFieldSetElement).querySelectorAll('button')];
  readonly #doing = element('doing', HTMLParagraphElement);
  /** The person moves the knob: time does not pull it back. */
  #dragging = false;
  #doneAt = Number.NEGATIVE_INFINITY;

  constructor(view: RecordingView, deck: Deck) {
    this.#view = view;
    this.#deck = deck;
  }

  start(): void {
    const state = element('state', HTMLParagraphElement);
    const words = stateWords(this.#view);
    state.hidden = words === null;
    say(state, words ?? '');
    say(element('length', HTMLSpanElement), clock(this.#view.lengthMs));
    this.#seek.max = String(this.#view.lengthMs);
    drawMarks(document.querySelector<SVGSVGElement>('#marks'), this.#view);
    this.#listen();
    const all = [this.#play, this.#seek, this.#skip, element('full', HTMLButtonElement), ...this.#speeds];
    for (const control of all) control.disabled = false;
    this.#play.focus();
    void this.#deck.play();
  }

  #listen(): void {
    this.#deck.events = {
      onTime: (at) => this.#showTime(at),
      onPlaying: (playing) => this.#showPlaying(playing),
      onWinding: (share, to) => this.#showWinding(share, to),
      onEntry: (entry) => this.#notice(entry),
      onProblem: (text) => tell('notice', text),
      onForeign: () => tell('notice', 'This was recorded with another kind of pixels: colours may be wrong.'),
    };
    this.#play.addEventListener('click', () => this.#toggle());
    this.#skip.addEventListener('click', () => this.#toggleSkip());
    for (const button of this.#speeds) button.addEventListener('click', () => this.#pace(button));
    element('full', HTMLButtonElement).addEventListener('click', () => void document.body.requestFullscreen());
    this.#seek.addEventListener('input', () => {
      this.#dragging = true;
      this.#sayTime(Number(this.#seek.value));
    });
    this.#seek.addEventListener('change', () => {
      this.#dragging = false;
      void this.#deck.seek(Number(this.#seek.value));
    });
    this.#seek.addEventListener('keydown', (event) => this.#leap(event));
    document.addEventListener('keydown', (event) => {
      if (event.key !== ' ' || event.target instanceof HTMLButtonElement) return;
      event.preventDefault();
      this.#toggle();
    });
  }

  #toggle(): void {
    if (this.#deck.playing) this.#deck.pause();
    else void this.#deck.play();
  }

  #toggleSkip(): void {
    this.#deck.skipsIdle = !this.#deck.skipsIdle;
    this.#skip.setAttribute('aria-pressed', String(this.#deck.skipsIdle));
  }

  #pace(pressed: HTMLButtonElement): void {
    this.#deck.speed = Number(pressed.dataset.speed);
    for (const button of this.#speeds) button.setAttribute('aria-pressed', String(button === pressed));
  }

  /** Milliseconds, which are a slider's own steps, are no steps for people. */
  #leap(event: KeyboardEvent): void {
    const by = leaps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    void this.#deck.seek(this.#deck.at + by);
  }

  #showTime(at: number): void {
    if (this.#dragging) return;
    this.#seek.value = String(at);
    this.#sayTime(at);
    this.#doing.hidden = Math.abs(at - this.#doneAt) > DOING_MS;
  }

  #sayTime(at: number): void {
    say(element('time', HTMLSpanElement), clock(at));
    this.#seek.setAttribute('aria-valuetext', `${spoken(at)} of ${spoken(this.#view.lengthMs)}`);
  }

  #showPlaying(playing: boolean): void {
    document.body.dataset.playing = String(playing);
    say(this.#play, playing ? 'Pause' : 'Play');
  }

  #showWinding(share: number | null, to: number): void {
    document.body.dataset.winding = String(share !== null);
    element('winding', HTMLParagraphElement).hidden = share === null;
    if (share === null) return;
    say(element('winding-words', HTMLSpanElement), `Going to ${clock(to)}`);
    element('winding-bar', HTMLProgressElement).value = share;
  }

  #notice({ kind, at }: Entry): void {
    if (kind !== kinds.key && kind !== kinds.pointer) return;
    this.#doneAt = at;
    say(this.#doing, kind === kinds.key ? 'Typing' : 'Mouse');
  }
}

const leaps: Readonly<Record<string, number>> = {
  ArrowLeft: -STEP_MS,
  ArrowDown: -STEP_MS,
  ArrowRight: STEP_MS,
  ArrowUp: STEP_MS,
  PageDown: -LEAP_MS,
  PageUp: LEAP_MS,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};
