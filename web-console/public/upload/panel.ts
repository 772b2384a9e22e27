import { say } from '../dom.ts';
import { build, buildButton } from '../keys/build.ts';
import type { TransferNews } from './transfer.ts';
import { progressWords, restWords, stateWords } from './words.ts';

export interface PanelActs {
  pause(): void;
  goOn(): void;
  choose(): void;
  stop(): void;
}

/** The upload of this person: how far it is, and what they can do about it. */
export class UploadPanel {
  readonly #name = build('b', { id: 'upload-name' });
  readonly #state = build('span', { id: 'upload-state', role: 'status' });
  readonly #words = build('span', { id: 'upload-words', class: 'quiet' });
  readonly #bar = build('progress', { id: 'upload-bar', max: '1', 'aria-labelledby': 'upload-name' });
  readonly #pause: HTMLButtonElement;
  readonly #goOn: HTMLButtonElement;
  readonly #choose: HTMLButtonElement;
  readonly #place: HTMLElement;

  constructor(stage: HTMLElement, acts: PanelActs) {
    this.#pause = buildButton('Pause', acts.pause, { id: 'upload-pause' });
    this.#goOn = buildButton('Go on', acts.goOn, { id: 'upload-go-on' });
    this.#choose = buildButton('Choose the file…', acts.choose, { id: 'upload-choose' });
    const stop = buildButton('Stop…', acts.stop, { id: 'upload-stop' });
    const buttons = build('span', { class: 'upload-acts' }, this.#pause, this.#goOn, this.#choose, stop);
    const words = build('p', {}, this.#state, ' ', this.#words);
    this.#place = build(
      'section',
      { id: 'upload', 'aria-label': 'Upload', hidden: true },
      ...[build('p', { class: 'upload-head' }, this.#name, buttons), this.#bar, words],
    );
    stage.append(this.#place);
  }

  /** A transfer of this tab. */
  show(file: { name: string; size: number }, news: TransferNews): void {
    say(this.#name, file.name);
    this.#set({
      pause: news.state === 'sending' || news.state === 'lost',
      goOn: news.state === 'paused',
      choose: false,
    });
    say(this.#state, stateWords[news.state]);
    say(this.#words, progressWords(news, file.size));
    if (news.state === 'asking') this.#bar.removeAttribute('value');
    else this.#bar.value = news.sent / file.size;
  }

  /** An upload that no tab may be sending: the file has to be chosen again. */
  showRest(rest: { name: string; done: number | null; total: number | null }): void {
    say(this.#name, rest.name);
    this.#set({ pause: false, goOn: false, choose: true });
    say(this.#state, restWords(rest.done, rest.total));
    say(this.#words, '');
    this.#bar.value = rest.total ? (rest.done ?? 0) / rest.total : 0;
  }

  hide(): void {
    this.#place.hidden = true;
  }

  /** The focus stays where it was, when the button that has it gives way to another. */
  #set(shown: { pause: boolean; goOn: boolean; choose: boolean }): void {
    const had = document.activeElement;
    this.#place.hidden = false;
    this.#pause.hidden = !shown.pause;
    this.#goOn.hidden = !shown.goOn;
    this.#choose.hidden = !shown.choose;
    const acts = [this.#pause, this.#goOn, this.#choose];
    if (acts.some((act) => act === had && act.hidden)) acts.find(({ hidden }) => !hidden)?.focus();
  }
}
