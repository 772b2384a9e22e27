import type { Note, NoteAct } from './custody-words.ts';
import { element, say } from './dom.ts';

const PASSING_MS = 6_000;

/** The strip that asks and tells about the keyboard, below the screen's middle. One thing at a time. */
export class CustodyNote {
  readonly #strip = element('custody-note', HTMLElement);
  readonly #text = element('custody-text', HTMLParagraphElement);
  readonly #left = element('custody-left', HTMLSpanElement);
  readonly #buttons = element('custody-acts', HTMLSpanElement);
  readonly #act: (act: NoteAct) => void;
  #shown = '';
  #due = 0;
  #timer = 0;
  #passing = 0;

  constructor(act: (act: NoteAct) => void) {
    this.#act = act;
  }

  /** The button that somebody would press first, while there is one. */
  get first(): HTMLButtonElement | null {
    return this.#strip.hidden ? null : this.#buttons.querySelector('button');
  }

  /** Stays until something else is shown; null takes it away, unless it passes by itself. */
  show(note: Note | null): void {
    if (note) this.#put(note);
    else if (this.#passing === 0) this.#hide();
  }

  /** Goes by itself. */
  pass(note: Note): void {
    this.#put(note);
    this.#passing = window.setTimeout(() => this.#hide(), PASSING_MS);
  }

  #put(note: Note): void {
    window.clearTimeout(this.#passing);
    this.#passing = 0;
    this.#due = note.inMs === undefined ? 0 : Date.now() + note.inMs;
    window.clearInterval(this.#timer);
    if (this.#due > 0) this.#timer = window.setInterval(() => this.#count(), 250);
    this.#count();
    this.#strip.hidden = false;
    // A region that changes speaks, so what is the same is not said again; nor do its buttons lose the focus.
    const gist = JSON.stringify([note.text, note.actions]);
    if (gist === this.#shown) return;
    this.#shown = gist;
    say(this.#text, note.text);
    this.#buttons.replaceChildren(...note.actions.map((action) => this.#button(action)));
  }

  #hide(): void {
    window.clearInterval(this.#timer);
    window.clearTimeout(this.#passing);
    this.#passing = 0;
    this.#shown = '';
    this.#strip.hidden = true;
    say(this.#text, '');
    this.#buttons.replaceChildren();
  }

  #count(): void {
    const seconds = Math.max(0, Math.ceil((this.#due - Date.now()) / 1000));
    say(this.#left, this.#due === 0 ? '' : `${seconds} s`);
  }

  #button({ label, act, primary }: Note['actions'][number]): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    if (primary) button.className = 'primary';
    button.addEventListener('click', () => this.#act(act));
    return button;
  }
}
