import type { PageState } from '../page-contract.ts';
import { saveSerialLog } from './api.ts';
import { element, say } from './dom.ts';
import type { LinkState } from './serial-link.ts';
import { SerialPort } from './serial-port.ts';
import { copyWords, noSerialWords, serialWords } from './serial-words.ts';

type View = 'screen' | '1' | '2';
const views: readonly View[] = ['screen', '1', '2'];

export interface PanelEvents {
  /** The screen has its place back. */
  onScreen(): void;
  /** The person is busy in a terminal. */
  onActive(): void;
  onProblem(text: string): void;
  onNotice(text: string): void;
}

/** The tabs for screen and serial ports. A port is connected when its tab is first opened, and stays so behind others. */
export class SerialPanel {
  readonly #install: string;
  readonly #events: PanelEvents;
  readonly #ports = new Map<View, SerialPort>();
  readonly #links = new Map<View, LinkState>();
  readonly #panel = element('serial', HTMLElement);
  readonly #screen = element('screen', HTMLDivElement);
  #view: View = 'screen';
  #state: PageState | null = null;
  #mine = true;

  constructor(install: string, events: PanelEvents) {
    this.#install = install;
    this.#events = events;
    for (const view of views) tabOf(view).addEventListener('click', () => void this.#show(view));
    element('views', HTMLDivElement).addEventListener('keydown', (event) => this.#walk(event));
    this.#panel.addEventListener('keydown', events.onActive, { capture: true });
    this.#panel.addEventListener('paste', events.onActive, { capture: true });
    button('serial-again').addEventListener('click', () => void this.#show(this.#view));
    button('serial-copy').addEventListener('click', () => void this.#copy());
    button('serial-save').addEventListener('click', () => void this.#save());
  }

  /** The tab to go to from a terminal that has the keyboard; null where the screen is shown. */
  get tab(): HTMLElement | null {
    return this.#view === 'screen' ? null : tabOf(this.#view);
  }

  follow(state: PageState): void {
    const before = this.#state;
    this.#state = state;
    if (before && before.right !== state.right) this.#renew();
    // The console opened, or closed, while somebody looked.
    if (before?.standing !== state.standing && this.#view !== 'screen') void this.#show(this.#view);
    this.#tell();
  }

  /** @param mine nobody else has the keyboard */
  letType(mine: boolean): void {
    this.#mine = mine;
    for (const port of this.#ports.values()) void port.letType(this.#mayType);
    this.#tell();
  }

  /** The person is busy with the screen. */
  active(): void {
    for (const port of this.#ports.values()) port.active();
  }

  get #mayType(): boolean {
    return this.#mine && this.#state?.right === 'control';
  }

  /** A line has the right that it was opened with. */
  #renew(): void {
    for (const port of this.#ports.values()) {
      void port.letType(this.#mayType);
      port.renew();
    }
  }

  async #show(view: View): Promise<void> {
    this.#view = view;
    for (const one of views) {
      tabOf(one).setAttribute('aria-selected', String(one === view));
      tabOf(one).tabIndex = one === view ? 0 : -1;
    }
    this.#panel.hidden = view === 'screen';
    this.#panel.setAttribute('aria-labelledby', tabOf(view).id);
    // Out of reach, so that it takes no key when it reconnects behind the terminal.
    this.#screen.inert = view !== 'screen';
    for (const one of views) if (one !== 'screen') element(`serial-${one}`, HTMLDivElement).hidden = one !== view;
    this.#tell();
    if (view === 'screen') this.#events.onScreen();
    else await this.#connect(view);
  }

  async #connect(view: View): Promise<void> {
    if (noSerialWords(this.#state) !== null || !this.#state) return;
    const port = this.#ports.get(view) ?? this.#open(view);
    this.#ports.set(view, port);
    try {
      await port.show(this.#mayType);
    } catch {
      this.#ports.delete(view);
      this.#events.onProblem('The terminal could not be loaded. Open its tab again when the network is back.');
    }
  }

  #open(view: View): SerialPort {
    return new SerialPort(view, this.#url(view), {
      onState: (link) => this.#hear(view, link),
      onCopy: () => void this.#copySelection(),
    });
  }

  #hear(view: View, link: LinkState): void {
    this.#links.set(view, link);
    this.#tell();
  }

  #tell(): void {
    const none = noSerialWords(this.#state);
    const link = this.#links.get(this.#view) ?? 'connecting';
    this.#panel.dataset.link = none === null ? link : 'none';
    say(element('serial-none', HTMLParagraphElement), none ?? '');
    say(element('serial-line', HTMLSpanElement), none === null ? serialWords(link, this.#state, this.#mine) : '');
    button('serial-again').hidden = none !== null || link !== 'idle';
    for (const id of ['serial-copy', 'serial-save']) button(id).disabled = none !== null;
  }

  /** Arrow keys go from tab to tab, as in any list of tabs. */
  #walk(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const focused = views.findIndex((view) => tabOf(view) === document.activeElement);
    tabOf(views.at((focused + step) % views.length) ?? 'screen').focus();
  }

  /** What is selected, or everything where nothing is. */
  async #copy(): Promise<void> {
    const port = this.#ports.get(this.#view);
    const selected = await port?.selection();
    if (port) await this.#toClipboard(selected || (await port.text()), selected ? copyWords.selected : copyWords.all);
  }

  /** Keys that copy are pressed in passing, so they never put away what the clipboard holds for nothing. */
  async #copySelection(): Promise<void> {
    const selected = await this.#ports.get(this.#view)?.selection();
    if (selected) await this.#toClipboard(selected, copyWords.selected);
    else this.#events.onNotice(copyWords.nothing);
  }

  async #toClipboard(text: string, said: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.#events.onNotice(said);
    } catch {
      this.#events.onProblem(copyWords.refused);
    }
  }

  async #save(): Promise<void> {
    const problem = await saveSerialLog(this.#install, this.#view);
    if (problem !== null) this.#events.onProblem(problem);
  }

  #url(view: View): string {
    const base = location.origin.replace(/^http/, 'ws');
    return `${base}/console/${encodeURIComponent(this.#install)}/serial/${view}`;
  }
}

function tabOf(view: View): HTMLButtonElement {
  return button(view === 'screen' ? 'tab-screen' : `tab-serial-${view}`);
}

function button(id: string): HTMLButtonElement {
  return element(id, HTMLButtonElement);
}
