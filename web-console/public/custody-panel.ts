import type { Custody } from '../custody-contract.ts';
import type { Answer } from './answer.ts';
import { endForAll, type KeyboardWish, moveKeyboard } from './api.ts';
import { confirmed } from './confirm.ts';
import { faces, rows } from './custody-list.ts';
import { CustodyNote } from './custody-note.ts';
import { changeNote, heldNote, holdOf, holdShort, holdWords, type Me, type NoteAct, noteFor } from './custody-words.ts';
import { element, say } from './dom.ts';

export interface CustodyParts {
  install: string;
  /** Says what went wrong. */
  report(answer: Answer<unknown>): void;
  /** Gives the focus back to the screen. */
  focusScreen(): void;
}

/** Who is here, who has the keyboard, and what one may do about it. */
export class CustodyPanel {
  readonly #parts: CustodyParts;
  readonly #button = element('custody', HTMLButtonElement);
  readonly #menu = element('custody-menu', HTMLDivElement);
  readonly #faces = element('custody-faces', HTMLSpanElement);
  readonly #words = element('custody-words', HTMLSpanElement);
  readonly #short = element('custody-short', HTMLSpanElement);
  readonly #list = element('custody-list', HTMLUListElement);
  readonly #ask = element('custody-ask', HTMLButtonElement);
  readonly #take = element('custody-take', HTMLButtonElement);
  readonly #release = element('custody-release', HTMLButtonElement);
  readonly #end = element('custody-end', HTMLButtonElement);
  readonly #note = new CustodyNote((act) => this.#answer(act));
  #custody: Custody | null = null;
  #me: Me = { user: '', right: 'view' };
  #taking = false;
  /** When that was heard. */
  #at = 0;

  constructor(parts: CustodyParts) {
    this.#parts = parts;
    this.#ask.addEventListener('click', () => void this.#wish({ do: 'ask' }));
    this.#take.addEventListener('click', () => void this.#wish({ do: 'take' }));
    this.#release.addEventListener('click', () => void this.#wish({ do: 'release' }));
    this.#end.addEventListener('click', () => void this.#endForAll());
    this.#menu.addEventListener('beforetoggle', () => {
      this.#place();
      this.#drawList();
    });
    window.addEventListener('resize', () => this.#menu.matches(':popover-open') && this.#place());
    for (const type of ['keydown', 'mousedown'] as const) {
      element('screen', HTMLDivElement).addEventListener(type, (event) => this.#tried(event), { capture: true });
    }
  }

  /** The button that answers what was asked, while something is. */
  get question(): HTMLButtonElement | null {
    return this.#note.first;
  }

  /** Whether keys would reach the server; where not, says whose keyboard it is. */
  mayType(): boolean {
    if (!this.#custody || holdOf(this.#custody, this.#me) !== 'other') return true;
    this.#note.pass(heldNote(this.#custody, this.#me));
    return false;
  }

  /** The keyboard is this person's, as far as the page has heard. */
  get isMine(): boolean {
    return !this.#custody || holdOf(this.#custody, this.#me) === 'mine';
  }

  /** For what types by itself: false where it must not. A free keyboard is taken then, so that it may the next time. */
  claims(): boolean {
    if (!this.mayType()) return false;
    if (!this.isMine) this.#takeOnce();
    return this.isMine;
  }

  /** @param custody null while there is no screen */
  show(custody: Custody | null, me: Me): void {
    const before = this.#custody;
    this.#custody = custody;
    this.#me = me;
    this.#at = Date.now();
    this.#button.hidden = custody === null || custody.people.length === 0;
    document.body.dataset.keyboard = custody ? holdOf(custody, me) : 'none';
    if (!custody) {
      this.#note.show(null);
      return;
    }
    this.#draw(custody);
    const change = changeNote(before, custody, me);
    if (change) this.#note.pass(change);
    const asked = noteFor(custody, me);
    if (asked || !change) this.#note.show(asked);
  }

  #draw(custody: Custody): void {
    const me = this.#me;
    const hold = holdOf(custody, me);
    this.#faces.replaceChildren(...faces(custody));
    say(this.#words, holdWords(custody, me));
    say(this.#short, holdShort(custody, me));
    this.#button.dataset.alone = String(custody.people.length === 1 && hold === 'mine');
    this.#drawList();
    const controls = me.right === 'control';
    this.#ask.hidden = !controls || hold !== 'other' || custody.asks.includes(me.user);
    this.#take.hidden = !controls || hold === 'mine' || custody.claim?.user === me.user;
    say(this.#take, hold === 'free' ? 'Take the keyboard' : 'Take over');
    this.#release.hidden = hold !== 'mine';
    this.#end.hidden = !controls;
  }

  /** Drawn anew when it is opened: by then people have been there for longer. */
  #drawList(): void {
    if (!this.#custody) return;
    const since = Date.now() - this.#at;
    const people = this.#custody.people.map((person) => ({ ...person, forMs: person.forMs + since }));
    const give = (to: string) => void this.#wish({ do: 'give', to });
    this.#list.replaceChildren(...rows({ ...this.#custody, people }, this.#me, give));
  }

  #tried(event: Event): void {
    if (event instanceof KeyboardEvent && ['Control', 'Alt', 'Shift', 'Meta'].includes(event.key)) return;
    if (this.#me.right === 'control') this.mayType();
  }

  /** However many keys were meant to be sent, one wish is enough. */
  #takeOnce(): void {
    if (this.#taking) return;
    this.#taking = true;
    void this.#wish({ do: 'take' }).finally(() => {
      this.#taking = false;
    });
  }

  #answer(act: NoteAct): void {
    void this.#wish(typeof act === 'string' ? { do: act } : { do: 'give', to: act.give });
  }

  async #wish(wish: KeyboardWish): Promise<void> {
    if (this.#menu.matches(':popover-open')) this.#menu.hidePopover();
    this.#note.show(null);
    this.#parts.report(await moveKeyboard(this.#parts.install, wish));
    this.#parts.focusScreen();
  }

  async #endForAll(): Promise<void> {
    this.#menu.hidePopover();
    const sure = await confirmed({
      title: 'Close this console for everybody?',
      text: 'Every open screen closes at once, yours too, and all links that were given out are void. The virtual machine runs on; the thread says who did it.',
      yes: 'Close for everybody',
      no: 'Leave it open',
      danger: true,
    });
    if (sure) this.#parts.report(await endForAll(this.#parts.install));
    else this.#parts.focusScreen();
  }

  /** Below its button, within the window; a popover has no place of its own. */
  #place(): void {
    const { left, bottom } = this.#button.getBoundingClientRect();
    const width = Math.min(340, window.innerWidth - 16);
    this.#menu.style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`;
    this.#menu.style.top = `${bottom + 8}px`;
    this.#menu.style.maxHeight = `${window.innerHeight - bottom - 16}px`;
  }
}
