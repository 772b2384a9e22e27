import type { Answer } from '../answer.ts';
import { moveKeyboard, noteTyped } from '../api.ts';
import type { Attendant } from '../attendant.ts';
import { confirmed } from '../confirm.ts';
import type { CustodyPanel } from '../custody-panel.ts';
import { element } from '../dom.ts';
import { Hammer } from './hammer.ts';
import { Held } from './held.ts';
import { buildKeysPanel } from './keys-panel.ts';
import { layouts } from './layouts.ts';
import type { Key, Modifier } from './physical.ts';
import { Strip } from './strip.ts';
import { strokesOf } from './strokes.ts';
import { type SysRq, sysRqEvents } from './sys-rq.ts';
import { TypeDialog } from './type-dialog.ts';
import type { KeySink } from './typist.ts';

/** Round trips to wait for the news that the keyboard is ours. */
const LOOKS = 50;
const modifierCodes = new Set(
  ['Control', 'Alt', 'Shift', 'Meta', 'OS'].flatMap((name) => [`${name}Left`, `${name}Right`]),
);
const heldNames: Record<Modifier, string> = { ctrl: 'Ctrl', alt: 'Alt', shift: 'Shift', win: 'Win', altGr: 'AltGr' };

export interface KeyboardParts {
  attendant: Attendant;
  install: string;
  stage: HTMLElement;
  custody: Pick<CustodyPanel, 'mayType' | 'isMine'>;
}

/** The buttons “Keys” and “Type text…” with everything behind them. */
export class Keyboard {
  readonly #parts: KeyboardParts;
  readonly #strip: Strip;
  readonly #held: Held;
  readonly #hammer: Hammer;
  readonly #panel: HTMLElement;
  #hammered = '';

  constructor(parts: KeyboardParts) {
    this.#parts = parts;
    this.#strip = new Strip(parts.stage);
    const sink = () => this.#sink();
    this.#hammer = new Hammer(sink, (secondsLeft) => this.#showHammer(secondsLeft));
    const { panel, showHeld } = buildKeysPanel({
      hold: (modifier) => void this.#whenOurs(() => this.#held.toggle(modifier)),
      press: (key, withThese) => void this.#whenOurs(() => this.#held.press(key, withThese)),
      character: (character) => void this.#whenOurs(() => this.#pressCharacter(character)),
      hammer: (key, name) => void this.#whenOurs(() => this.#startHammer(key, name)),
      sysRq: (what) => void this.#askSysRq(what),
    });
    this.#held = new Held(sink, (held) => {
      showHeld(held);
      this.#showHeld(held);
    });
    this.#panel = panel;
    document.body.append(panel);
    this.#listen(new TypeDialog(this.#typeHost()));
  }

  #listen(dialog: TypeDialog): void {
    const button = element('keys', HTMLButtonElement);
    button.setAttribute('popovertarget', this.#panel.id);
    this.#panel.addEventListener('beforetoggle', () => place(this.#panel, button));
    element('type', HTMLButtonElement).addEventListener('click', () => {
      this.#held.release();
      if (this.#parts.custody.mayType()) dialog.open();
    });
    // Nothing stays down for a person who is elsewhere.
    window.addEventListener('blur', () => this.#held.release());
    document.addEventListener('visibilitychange', () => this.#held.release());
    // A key of the real keyboard is the next key too, once it is up again. noVNC lets no such event through.
    const onUp = ({ target, code }: KeyboardEvent) => {
      if (target instanceof HTMLCanvasElement && !modifierCodes.has(code)) this.#held.release();
    };
    window.addEventListener('keyup', onUp, { capture: true });
  }

  #sink(): KeySink | null {
    const { attendant } = this.#parts;
    const { screen } = attendant;
    if (!screen || !this.#ours()) return null;
    return {
      key: (event) => screen.key(event),
      round: async () => (await screen.round()) && attendant.screen === screen && this.#ours(),
    };
  }

  #ours(): boolean {
    return this.#parts.attendant.state?.right === 'control' && this.#parts.custody.isMine;
  }

  /** The first key of a free keyboard only takes it, so it is taken before something is pressed that must arrive. */
  async #seat(): Promise<string | null> {
    const { attendant, custody, install } = this.#parts;
    if (custody.isMine) return null;
    const refused = sentenceOf(await moveKeyboard(install, { do: 'take' }));
    for (let look = 0; look < LOOKS && refused === null && !custody.isMine; look += 1) await attendant.screen?.round();
    return refused;
  }

  async #whenOurs(act: () => void): Promise<void> {
    if (!this.#parts.custody.mayType()) return;
    const refused = await this.#seat();
    if (refused === null) act();
    else this.#strip.tell(refused);
  }

  /** By its place on an American keyboard: what is held makes a command of it, and those go by place. */
  #pressCharacter(character: string): void {
    const [us] = layouts;
    const [stroke] = (us && strokesOf(us).get(character)) ?? [];
    if (stroke) this.#held.press(stroke, stroke.shift ? ['shift'] : []);
    else this.#strip.tell(`“${character}” is no key of its own. Use “Type text…”.`);
  }

  #startHammer(key: Key, name: string): void {
    this.#held.release();
    this.#hammered = name;
    this.#hammer.start(key);
  }

  #showHammer(secondsLeft: number | null): void {
    if (secondsLeft === null) {
      this.#strip.hide();
      return;
    }
    const words = { text: `Pressing ${this.#hammered} again and again`, count: `${secondsLeft} s`, end: 'Stop' };
    this.#strip.show(words, () => this.#hammer.stop());
  }

  #showHeld(held: ReadonlySet<Modifier>): void {
    if (held.size === 0) {
      this.#strip.hide();
      return;
    }
    const names = [...held].map((modifier) => heldNames[modifier]).join(' + ');
    this.#strip.show({ text: `${names} held for the next key`, end: 'Let go' }, () => this.#held.release());
  }

  async #askSysRq({ letter, title, warning }: SysRq): Promise<void> {
    this.#panel.hidePopover();
    const sure = await confirmed({
      title: `${title}?`,
      text: warning,
      yes: 'Send to the server',
      no: 'Do not',
      danger: true,
    });
    const refused = sure && this.#parts.custody.mayType() ? await this.#announce({ sysRq: letter }) : null;
    if (refused !== null) this.#strip.tell(refused);
    else if (sure) for (const event of sysRqEvents(letter)) this.#sink()?.key(event);
    this.#parts.attendant.screen?.focus();
  }

  #typeHost(): ConstructorParameters<typeof TypeDialog>[0] {
    return {
      install: this.#parts.install,
      sink: () => this.#sink(),
      announce: (typed) => this.#announce(typed),
      onTold: (words) => this.#strip.tell(words),
      onClosed: () => this.#parts.attendant.screen?.focus(),
    };
  }

  async #announce(typed: Parameters<typeof noteTyped>[1]): Promise<string | null> {
    return (await this.#seat()) ?? sentenceOf(await noteTyped(this.#parts.install, typed));
  }
}

/** Why not, or null where the server said yes. */
function sentenceOf(answer: Answer<unknown>): string | null {
  if (answer.kind === 'ok') return null;
  return answer.kind === 'refused' ? answer.message : 'XEPA did not answer. Nothing was typed; try again.';
}

/** Above its button, and inside of the window; a popover has no place of its own. */
function place(panel: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect();
  panel.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - 660))}px`;
  panel.style.bottom = `${window.innerHeight - at.top + 8}px`;
  panel.style.maxHeight = `${at.top - 16}px`;
}
