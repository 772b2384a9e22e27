import RFB from '@novnc/novnc';
import type { ConsoleRight } from '../../core/contracts/console-right.ts';
import { Channel } from './channel.ts';
import { Heartbeat, type Pulse } from './heartbeat.ts';

export interface ScreenEvents {
  onConnected(): void;
  onPulse(pulse: Pulse): void;
  onChanged(): void;
  onIdle(secondsLeft: number | null): void;
  /**
   * @param lastFrame the screen as it was last seen, as a data: address; null where none was seen
   * @param text what the server said beside the code
   */
  onClosed(code: number, lastFrame: string | null, text: string): void;
}

const modifiers: [keysym: number, code: string][] = [
  [0xffe3, 'ControlLeft'],
  [0xffe4, 'ControlRight'],
  [0xffe9, 'AltLeft'],
  [0xffea, 'AltRight'],
  [0xffe1, 'ShiftLeft'],
  [0xffe2, 'ShiftRight'],
];

/** One connection to the server's screen, from the WebSocket to the canvas. It has the right that it was opened with. */
export class Screen {
  readonly right: ConsoleRight;
  readonly #rfb: RFB;
  #connected = false;

  constructor(place: HTMLElement, from: { url: string; right: ConsoleRight }, events: ScreenEvents) {
    this.right = from.right;
    let heartbeat: Heartbeat | null = null;
    const channel = new Channel(from.url, {
      onPong: () => heartbeat?.answered(),
      onChanged: events.onChanged,
      onIdle: events.onIdle,
      onClosed: (code, text) => {
        heartbeat?.stop();
        // What is refused is told in words; noVNC would log it as an error as well.
        if (!this.#connected) this.#rfb.disconnect();
        events.onClosed(code, this.#connected ? this.#rfb.toDataURL() : null, text);
      },
    });
    // noVNC must have the channel in this very turn: the server speaks first.
    this.#rfb = new RFB(place, channel, { shared: true });
    this.#rfb.background = 'transparent';
    // The server drops what a watcher sends; the page does not even try.
    this.#rfb.viewOnly = from.right === 'view';
    this.#rfb.addEventListener('connect', () => {
      this.#connected = true;
      heartbeat = new Heartbeat(() => channel.ping(), events.onPulse);
      events.onConnected();
    });
  }

  focus(): void {
    this.#rfb.focus();
  }

  /** Lets go of the keyboard; nothing stays pressed on the server. */
  leave(): void {
    this.#rfb.blur();
    for (const [keysym, code] of modifiers) this.#rfb.sendKey(keysym, code, false);
  }

  ctrlAltDel(): void {
    this.#rfb.sendCtrlAltDel();
    this.#rfb.focus();
  }

  /** Scaled to the window, or at its own size. */
  fit(scaled: boolean): void {
    this.#rfb.scaleViewport = scaled;
  }

  close(): void {
    this.#rfb.disconnect();
  }
}
