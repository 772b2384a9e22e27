import { say } from '../dom.ts';
import { countEvents } from './key-events.ts';
import type { Layout } from './layout.ts';
import { layouts } from './layouts.ts';
import { type Pace, paces, typingMs } from './pace.ts';
import { type Plan, plainText, planText } from './strokes.ts';
import { buildTypeForm, type TypeForm } from './type-form.ts';
import { missingWords, outcomeWords, progressWords, sizeWords } from './type-words.ts';
import { type KeySink, type Outcome, typeAll } from './typist.ts';

export interface TypeHost {
  install: string;
  /** Where keys go now; null while there is no screen that takes any. */
  sink(): KeySink | null;
  /** Tells the server, for the audit trail, before anything is typed; a refusal comes back as its sentence. */
  announce(typed: { layout: string; characters: number } | { layout: string; secret: true }): Promise<string | null>;
  /** How it ended, when the dialog has closed. */
  onTold(words: string): void;
  onClosed(): void;
}

/** Asks for a text and types it on the server, key by key. What is not a text of the chosen keyboard is not begun. */
export class TypeDialog {
  readonly #form: TypeForm = buildTypeForm();
  readonly #host: TypeHost;
  #typing: AbortController | null = null;

  constructor(host: TypeHost) {
    this.#host = host;
    const { dialog, text, secret, layout, pace, masked, enter, no, yes } = this.#form;
    document.body.append(dialog);
    for (const field of [text, secret, pace, enter]) field.addEventListener('input', () => this.#look());
    layout.addEventListener('input', () => this.#remember());
    masked.addEventListener('input', () => this.#mask());
    no.addEventListener('click', () => this.#leave());
    yes.addEventListener('click', () => void this.#type());
    dialog.addEventListener('keydown', (event) => this.#onKey(event));
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.#leave();
    });
    // A browser closes a dialog at the second Escape, whatever we say.
    dialog.addEventListener('close', () => this.#closed());
  }

  open(): void {
    const { dialog, layout } = this.#form;
    layout.value = sessionStorage.getItem(this.#place()) ?? 'us';
    if (layout.selectedIndex < 0) layout.value = 'us';
    this.#show(false);
    dialog.showModal();
    this.#field().focus();
    this.#look();
  }

  /** Escape, or the button: stops typing, else closes. */
  #leave(): void {
    if (this.#typing) this.#typing.abort();
    else this.#form.dialog.close();
  }

  /** Nothing of what was typed stays in the page. */
  #closed(): void {
    this.#typing?.abort();
    this.#form.text.value = '';
    this.#form.secret.value = '';
    this.#host.onClosed();
  }

  #onKey(event: KeyboardEvent): void {
    const send = event.key === 'Enter' && (event.ctrlKey || event.target === this.#form.secret);
    if (!send || this.#form.yes.disabled) return;
    event.preventDefault();
    void this.#type();
  }

  #look(): void {
    const { note, yes, pace } = this.#form;
    const plan = this.#plan();
    const missing = plan.missing.length > 0;
    note.classList.toggle('bad', missing);
    if (missing) say(note, missingWords(plan.missing, this.#layout().title));
    else say(note, sizeWords(plan.characters.length, typingMs(countEvents(plan.characters), paceOf(pace))));
    yes.disabled = missing || plan.characters.length === 0;
  }

  async #type(): Promise<void> {
    const plan = this.#plan();
    if (plan.missing.length > 0 || plan.characters.length === 0 || this.#typing) return;
    this.#typing = new AbortController();
    this.#show(true);
    const characters = plan.characters.length;
    const { layout, masked } = this.#form;
    // How long a password is, is nobody's business.
    const what = masked.checked ? { secret: true as const } : { characters };
    const refused = await this.#host.announce({ layout: layout.value, ...what });
    const sink = this.#host.sink();
    if (refused !== null) this.#refuse(refused);
    else if (!sink) this.#tell({ outcome: 'lost', typed: 0 }, characters);
    else this.#tell(await this.#run(plan, sink, this.#typing.signal), characters);
  }

  async #run(plan: Plan, sink: KeySink, stop: AbortSignal): Promise<{ outcome: Outcome; typed: number }> {
    const { progress, count, pace } = this.#form;
    const { characters } = plan;
    let typed = 0;
    const show = () => {
      progress.value = typed / characters.length;
      const left = typingMs(countEvents(characters.slice(typed)), paceOf(pace));
      say(count, progressWords(typed, characters.length, left));
    };
    show();
    const timer = window.setInterval(show, 500);
    const outcome = await typeAll({
      ...{ characters, sink, stop, everyMs: paces[paceOf(pace)], wait, now: () => performance.now() },
      onTyped: (done) => {
        typed = done;
      },
    });
    window.clearInterval(timer);
    return { outcome, typed };
  }

  #tell({ outcome, typed }: { outcome: Outcome; typed: number }, all: number): void {
    this.#typing = null;
    const { dialog, text, secret, masked, note } = this.#form;
    if (outcome === 'done' || !dialog.open) {
      dialog.close();
      this.#host.onTold(outcomeWords(outcome, outcome === 'done' ? all : typed, false));
      return;
    }
    // A password is not kept; of a text the rest is, so that it can be gone on with.
    text.value = [...plainText(text.value)].slice(typed).join('');
    secret.value = '';
    this.#show(false);
    this.#look();
    say(note, outcomeWords(outcome, typed, !masked.checked && text.value !== ''));
    this.#field().focus();
  }

  #refuse(sentence: string): void {
    this.#typing = null;
    this.#show(false);
    this.#look();
    this.#form.note.classList.add('bad');
    say(this.#form.note, sentence);
  }

  /** While it types there is one thing to do: to stop. */
  #show(typing: boolean): void {
    const { text, secret, layout, pace, masked, enter, yes, no, progress, count } = this.#form;
    for (const field of [text, secret, layout, pace, masked, enter, yes]) field.disabled = typing;
    progress.hidden = !typing;
    count.hidden = !typing;
    say(no, typing ? 'Stop' : 'Cancel');
    if (typing) {
      say(this.#form.note, 'Typing. Escape stops it.');
      no.focus();
    }
  }

  /** A password has one line and is not shown; what was in the other field does not stay there. */
  #mask(): void {
    const { text, secret, masked } = this.#form;
    if (masked.checked) secret.value = text.value.split('\n')[0] ?? '';
    text.value = '';
    text.hidden = masked.checked;
    secret.hidden = !masked.checked;
    if (!masked.checked) secret.value = '';
    this.#field().focus();
    this.#look();
  }

  #remember(): void {
    sessionStorage.setItem(this.#place(), this.#form.layout.value);
    this.#look();
  }

  #plan(): Plan {
    const plan = planText(this.#field().value, this.#layout());
    if (!this.#form.enter.checked) return plan;
    return { ...plan, characters: [...plan.characters, ...planText('\n', this.#layout()).characters] };
  }

  #layout(): Layout {
    const [first] = layouts;
    const chosen = layouts.find(({ id }) => id === this.#form.layout.value) ?? first;
    if (!chosen) throw new Error('there is no keyboard layout');
    return chosen;
  }

  #field(): HTMLTextAreaElement | HTMLInputElement {
    return this.#form.masked.checked ? this.#form.secret : this.#form.text;
  }

  #place(): string {
    return `xepa-keyboard:${this.#host.install}`;
  }
}

function paceOf({ value }: HTMLSelectElement): Pace {
  return value === 'fast' || value === 'careful' ? value : 'normal';
}

function wait(ms: number): Promise<void> {
  return ms <= 0 ? Promise.resolve() : new Promise((done) => window.setTimeout(done, ms));
}
