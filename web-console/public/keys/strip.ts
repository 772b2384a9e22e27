import { say } from '../dom.ts';
import { build, buildButton } from './build.ts';

const SHOWN_MS = 6_000;

/** A line at the foot of the screen for what goes on with the keys, with a button that ends it. */
export class Strip {
  readonly #text = build('span', { role: 'status' });
  /** Changes each second, and is not read aloud. */
  readonly #count = build('span', { class: 'quiet', 'aria-hidden': 'true' });
  readonly #button: HTMLButtonElement;
  readonly #strip: HTMLElement;
  #end: () => void = () => undefined;
  #timer = 0;

  constructor(place: HTMLElement) {
    this.#button = buildButton('', () => this.#end());
    this.#strip = build('p', { id: 'strip', hidden: true }, this.#text, this.#count, this.#button);
    place.append(this.#strip);
  }

  /** Until it is hidden again. */
  show(words: { text: string; count?: string; end: string }, end: () => void): void {
    this.#open(words.text, words.count ?? '');
    this.#button.hidden = false;
    say(this.#button, words.end);
    this.#end = end;
  }

  /** For a moment. */
  tell(text: string): void {
    this.#open(text, '');
    this.#button.hidden = true;
    this.#timer = window.setTimeout(() => this.hide(), SHOWN_MS);
  }

  hide(): void {
    window.clearTimeout(this.#timer);
    this.#strip.hidden = true;
    say(this.#text, '');
  }

  #open(text: string, count: string): void {
    window.clearTimeout(this.#timer);
    this.#strip.hidden = false;
    say(this.#text, text);
    say(this.#count, count);
  }
}
