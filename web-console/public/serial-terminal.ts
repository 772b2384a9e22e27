import { Terminal } from '@xterm/xterm';
import xtermCss from '@xterm/xterm/css/xterm.css';
import { meansCopy } from './copy-keys.ts';

/** A terminal that shows one serial port. Imported only when somebody looks at one: it is larger than the rest of the page. */
export interface SerialTerminal {
  /** @param then called when it is on the screen */
  write(bytes: Uint8Array, then: () => void): void;
  /** Forgets everything, for a stream that begins anew. */
  reset(): void;
  /** As large as its place allows. */
  fill(): void;
  focus(): void;
  /** With false, keys stay here. */
  mayType(may: boolean): void;
  /** What is selected; empty where nothing is. */
  selection(): string;
  /** All lines. */
  text(): string;
}

/** What installers and shells take for granted on a serial line, which has no way to tell its size. */
const COLUMNS = 80;
const ROWS = 24;
const SCROLL_BACK_LINES = 10_000;
const SMALLEST_PX = 6;
const LARGEST_PX = 19;
/** Links (8) and clipboard (52) are the guest's way out of the terminal; titles and colours are the page's business. */
const deafTo = [0, 1, 2, 4, 8, 10, 11, 12, 52, 104, 110, 111, 112];

const colours = {
  background: '#0c1017',
  foreground: '#d9e0ea',
  cursor: '#6ea0ff',
  cursorAccent: '#0c1017',
  selectionBackground: '#2b4a86',
  black: '#1b212b',
  red: '#b5303b',
  green: '#36a56d',
  yellow: '#c08a2b',
  blue: '#2f5fc4',
  magenta: '#a25fc9',
  cyan: '#2f9db3',
  white: '#d9e0ea',
  brightBlack: '#7d8aa0',
  brightRed: '#ff8a8f',
  brightGreen: '#5ad19a',
  brightYellow: '#f4b553',
  brightBlue: '#7fabff',
  brightMagenta: '#d3a4ef',
  brightCyan: '#76dbea',
  brightWhite: '#ffffff',
};

const sheet = new CSSStyleSheet();
sheet.replaceSync(xtermCss);
document.adoptedStyleSheets.push(sheet);

export interface TerminalEvents {
  /** What a person types or pastes, as bytes for the port. */
  onInput(bytes: Uint8Array<ArrayBuffer>): void;
  /** The keys were pressed that copy in terminals. */
  onCopy(): void;
}

export function openTerminal(place: HTMLElement, { onInput, onCopy }: TerminalEvents): SerialTerminal {
  const terminal = new Terminal({
    cols: COLUMNS,
    rows: ROWS,
    scrollback: SCROLL_BACK_LINES,
    fontFamily: 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace',
    fontSize: 15,
    // Anything taller tears the frames that installers draw.
    lineHeight: 1,
    minimumContrastRatio: 4.5,
    cursorBlink: false,
    screenReaderMode: true,
    theme: colours,
  });
  for (const code of deafTo) terminal.parser.registerOscHandler(code, () => true);
  const encoder = new TextEncoder();
  terminal.onData((text) => onInput(encoder.encode(text)));
  terminal.onBinary((text) => onInput(Uint8Array.from(text, (character) => character.charCodeAt(0))));
  terminal.attachCustomKeyEventHandler((event) => {
    if (!meansCopy(event)) return true;
    // Chromium would open its developer tools.
    event.preventDefault();
    if (event.type === 'keydown') onCopy();
    return false;
  });
  terminal.open(place);
  // A terminal takes Tab for itself, so it is no stop on the way through the page: its tab leads into it.
  if (terminal.textarea) terminal.textarea.tabIndex = -1;
  return {
    write: (bytes, then) => terminal.write(bytes, then),
    reset: () => terminal.reset(),
    fill: () => fill(terminal, place),
    focus: () => terminal.focus(),
    mayType(may) {
      terminal.options.disableStdin = !may;
    },
    selection: () => terminal.getSelection(),
    text: () => allLines(terminal),
  };
}

/** The size in characters is given, so the letters grow and shrink with the window. */
function fill(terminal: Terminal, place: HTMLElement): void {
  const shown = place.querySelector('.xterm-screen')?.getBoundingClientRect();
  const size = terminal.options.fontSize ?? LARGEST_PX;
  if (!shown?.width || place.clientWidth === 0) return;
  const scale = Math.min(place.clientWidth / shown.width, place.clientHeight / shown.height);
  terminal.options.fontSize = Math.max(SMALLEST_PX, Math.min(LARGEST_PX, Math.floor(size * scale)));
}

function allLines(terminal: Terminal): string {
  terminal.selectAll();
  const text = terminal.getSelection();
  terminal.clearSelection();
  return text;
}
