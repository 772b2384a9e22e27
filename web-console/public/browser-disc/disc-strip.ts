import { element, say } from '../dom.ts';
import type { Strip } from './strip-of.ts';

/** What a person may do with their disc. */
export interface StripActs {
  insert(): void;
  choose(): void;
  stop(): void;
}

const ids = { insert: 'own-disc-insert', choose: 'own-disc-choose', stop: 'own-disc-stop' } as const;

/** The strip at the foot of the screen about the file that this page serves. */
export class DiscStrip {
  readonly #strip = element('own-disc-strip', HTMLElement);

  constructor(acts: StripActs) {
    for (const act of ['insert', 'choose', 'stop'] as const) {
      element(ids[act], HTMLButtonElement).addEventListener('click', () => acts[act]());
    }
  }

  /** Null hides it. */
  show(strip: Strip | null): void {
    this.#strip.hidden = strip === null;
    if (!strip) return;
    this.#strip.dataset.tone = strip.tone;
    say(element('own-disc-name', HTMLElement), strip.name);
    say(element('own-disc-words', HTMLParagraphElement), strip.words);
    // Apart from what is read aloud: it changes every second.
    say(element('own-disc-count', HTMLParagraphElement), strip.count);
    element(ids.insert, HTMLButtonElement).hidden = !strip.insert;
    element(ids.choose, HTMLButtonElement).hidden = !strip.choose;
  }
}
