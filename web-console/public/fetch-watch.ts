import type { DiscFetch } from '../machine-contract.ts';
import { element, say } from './dom.ts';
import { fetchedWords, fetchWords } from './machine-words.ts';
import { tell } from './notices.ts';

const LOOK_MS = 2_000;

/** Shows how the download of another ISO goes, for as long as it does, and says once how it ended. */
export class FetchWatch {
  readonly #look: () => void;
  readonly #shownElsewhere: (fetch: DiscFetch | null) => boolean;
  #timer = 0;
  #waits = false;

  constructor(look: () => void, shownElsewhere: (fetch: DiscFetch | null) => boolean) {
    this.#look = look;
    this.#shownElsewhere = shownElsewhere;
  }

  get waits(): boolean {
    return this.#waits;
  }

  show(fetch: DiscFetch | null): void {
    window.clearTimeout(this.#timer);
    const words = fetch && fetchWords(fetch);
    const elsewhere = this.#shownElsewhere(fetch);
    element('fetch', HTMLParagraphElement).hidden = words === null || elsewhere;
    if (!fetch || words === null) {
      if (fetch && this.#waits && !elsewhere) end(fetch);
      this.#waits = false;
      return;
    }
    this.#waits = true;
    say(element('fetch-words', HTMLSpanElement), words);
    const bar = element('fetch-bar', HTMLProgressElement);
    if (fetch.done === null || !fetch.total) bar.removeAttribute('value');
    else bar.value = Math.min(1, fetch.done / fetch.total);
    this.again();
  }

  /** A look that got no answer is repeated, as long as there is something to wait for. */
  again(): void {
    window.clearTimeout(this.#timer);
    if (this.#waits) this.#timer = window.setTimeout(this.#look, LOOK_MS);
  }
}

function end(fetch: DiscFetch): void {
  const { kind, text } = fetchedWords(fetch);
  tell(kind, text);
}
