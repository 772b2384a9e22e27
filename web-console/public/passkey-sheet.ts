import type { LinkView, PasskeyLine, StepUpView } from '../step-up/contract.ts';
import { element, say } from './dom.ts';
import { type Fact, factsOf, sheetOf } from './passkey-words.ts';

/** Shows what the server said; tests and style sheet read the state from `body[data-state]`. */
export class PasskeySheet {
  readonly #title = element('title', HTMLHeadingElement);
  readonly #text = element('text', HTMLParagraphElement);
  readonly #subject = element('subject', HTMLDListElement);
  readonly #passkeys = element('passkeys', HTMLUListElement);
  readonly #form = element('form', HTMLFormElement);
  readonly #naming = element('naming', HTMLParagraphElement);
  readonly #label = element('label', HTMLInputElement);
  readonly #whose = element('whose', HTMLParagraphElement);
  readonly #go = element('go', HTMLButtonElement);
  readonly #problem = element('problem', HTMLParagraphElement);
  readonly #onRemove: (passkey: PasskeyLine) => void;

  /** @param act what a press of the button, or Enter, does; `onRemove`: what a press of Remove does */
  constructor(act: () => void, onRemove: (passkey: PasskeyLine) => void) {
    this.#onRemove = onRemove;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      act();
    });
  }

  /** Name of the passkey that is to be made. */
  get label(): string {
    return this.#label.value;
  }

  /** Words without facts: before the link is used, after a refusal. No `go`: there is nothing to press. */
  words(state: string, words: { title: string; text: string; go?: string }): void {
    this.#enter(state, words);
    this.#facts([]);
    this.#list([]);
    this.#naming.hidden = true;
    this.#say(this.#whose, '');
    // A screen reader starts at the heading; who sees the page has the button under the finger.
    if (words.go === undefined) this.#title.focus();
    else this.#go.focus();
  }

  view(view: StepUpView): void {
    const sheet = sheetOf(view);
    this.#enter(sheet.state, sheet);
    this.#say(this.#whose, sheet.whose ?? '');
    this.#facts(view.purpose === 'vote' && view.stage === 'confirm' ? factsOf(view, clockText) : []);
    this.#list(view.purpose === 'link' ? view.passkeys : []);
    // Who has linked a passkey is done: another one is an offer, not the next thing to do.
    this.#go.classList.toggle('primary', sheet.state !== 'manage');
    this.#naming.hidden = !(view.purpose === 'link' && view.stage !== 'prove');
    this.#label.value = '';
    // What is approved must be read before the button: the focus goes above it.
    this.#title.focus();
  }

  /** While the server or the authenticator is asked. */
  busy(busy: boolean): void {
    this.#go.disabled = busy;
    document.body.dataset.busy = String(busy);
    if (busy) this.#say(this.#problem, '');
  }

  /** Something went wrong that the same page can do better the next time. */
  trouble(text: string): void {
    this.busy(false);
    this.#say(this.#problem, text);
    this.#go.focus();
  }

  #enter(state: string, words: { title: string; text: string; go?: string }): void {
    document.body.dataset.state = state;
    document.title = `${words.title} · XEPA`;
    say(this.#title, words.title);
    say(this.#text, words.text);
    say(this.#go, words.go ?? '');
    this.#form.hidden = words.go === undefined;
    this.#say(this.#problem, '');
    this.busy(false);
  }

  #facts(facts: readonly Fact[]): void {
    this.#subject.hidden = facts.length === 0;
    this.#subject.replaceChildren(...facts.flatMap(factElements));
  }

  #list(passkeys: LinkView['passkeys']): void {
    this.#passkeys.hidden = passkeys.length === 0;
    this.#passkeys.replaceChildren(...passkeys.map((passkey) => this.#item(passkey, passkeys.length > 1)));
  }

  #item(passkey: PasskeyLine, removable: boolean): HTMLLIElement {
    const item = document.createElement('li');
    const about = document.createElement('div');
    const used = passkey.lastUsedAt === null ? 'not used yet' : `last used ${dateText(passkey.lastUsedAt)}`;
    about.append(textElement('span', passkey.label));
    about.append(textElement('small', `linked ${dateText(passkey.createdAt)}, ${used}`));
    item.append(about);
    if (!removable) return item;
    const button = textElement('button', 'Remove…');
    button.setAttribute('aria-label', `Remove ${passkey.label}`);
    button.className = 'danger';
    button.addEventListener('click', () => this.#onRemove(passkey));
    item.append(button);
    return item;
  }

  #say(target: HTMLElement, text: string): void {
    say(target, text);
    target.hidden = text === '';
  }
}

function factElements({ name, lines }: Fact): HTMLElement[] {
  const value = document.createElement('dd');
  for (const { text, look } of lines) {
    const line = textElement('span', text);
    if (look !== undefined) line.className = look;
    value.append(line);
  }
  return [textElement('dt', name), value];
}

function textElement(kind: 'span' | 'small' | 'dt' | 'button', text: string): HTMLElement {
  const made = document.createElement(kind);
  made.textContent = text;
  return made;
}

function clockText(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

function dateText(at: number): string {
  return new Date(at).toLocaleDateString([], { dateStyle: 'medium' });
}
