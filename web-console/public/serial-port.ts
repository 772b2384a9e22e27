import { element } from './dom.ts';
import { type LinkState, SerialLink } from './serial-link.ts';
import type { SerialTerminal, TerminalEvents } from './serial-terminal.ts';

/** More than this waiting to be drawn is more than anybody reads: the stream begins anew with the newest. */
const MAX_UNDRAWN = 4 * 1024 * 1024;

export interface PortEvents extends Pick<TerminalEvents, 'onCopy'> {
  onState(state: LinkState): void;
}

/** One serial port on the page: its terminal, and the line behind it. */
export class SerialPort {
  readonly number: string;
  readonly #place: HTMLElement;
  readonly #link: SerialLink;
  readonly #terminal: Promise<SerialTerminal>;
  #undrawn = 0;
  #behind = false;

  constructor(number: string, url: string, events: PortEvents) {
    this.number = number;
    this.#place = element(`serial-${number}`, HTMLDivElement);
    this.#link = new SerialLink(url, {
      onState: events.onState,
      onBegin: () => void this.#do((terminal) => terminal.reset()),
      onBytes: (bytes) => void this.#do((terminal) => this.#draw(terminal, bytes)),
    });
    this.#terminal = loadTerminal(this.#place, { onInput: (bytes) => this.#link.send(bytes), onCopy: events.onCopy });
    new ResizeObserver(() => void this.#do((terminal) => terminal.fill())).observe(this.#place);
  }

  /** Opens the line, where it is not open, and gives the terminal the keyboard. */
  async show(mayType: boolean): Promise<void> {
    const terminal = await this.#terminal;
    terminal.mayType(mayType);
    this.#link.open();
    terminal.fill();
    terminal.focus();
  }

  /** With false, keys stay here. */
  letType(may: boolean): Promise<void> {
    return this.#do((terminal) => terminal.mayType(may));
  }

  /** Begins anew, where it was connected. */
  renew(): void {
    this.#link.renew();
  }

  active(): void {
    this.#link.active();
  }

  async selection(): Promise<string> {
    return (await this.#terminal).selection();
  }

  async text(): Promise<string> {
    return (await this.#terminal).text();
  }

  /** Where it could not be loaded, `show` says so. */
  #do(act: (terminal: SerialTerminal) => void): Promise<void> {
    return this.#terminal.then(act, () => undefined);
  }

  /** What is too much is dropped, and the stream begins anew once the rest is drawn. */
  #draw(terminal: SerialTerminal, bytes: Uint8Array): void {
    if (this.#behind) return;
    this.#undrawn += bytes.length;
    this.#behind = this.#undrawn > MAX_UNDRAWN;
    terminal.write(bytes, () => {
      this.#undrawn -= bytes.length;
      if (!this.#behind || this.#undrawn > 0) return;
      this.#behind = false;
      this.#link.renew();
    });
  }
}

/** Its address is in the page: the file's name changes with its content. */
async function loadTerminal(place: HTMLElement, events: TerminalEvents): Promise<SerialTerminal> {
  const address = element('serial', HTMLElement).dataset.terminal ?? '';
  const { openTerminal }: typeof import('./serial-terminal.ts') = await import(address);
  return openTerminal(place, events);
}
