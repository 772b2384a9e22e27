import RFB from '@novnc/novnc';
import type { ConsoleRight } from '../../core/contracts/console-right.ts';
import type { Custody } from '../custody-contract.ts';
import { watchCanvas } from './canvas.ts';
import { Channel } from './channel.ts';
import { Heartbeat, type Pulse } from './heartbeat.ts';
import type { KeyEvent } from './keys/key-events.ts';

export interface ScreenEvents {
  onConnected(): void;
  onPulse(pulse: Pulse): void;
  /** How large the picture is that the server draws, in its own pixels. */
  onSize(size: { width: number; height: number }): void;
  onChanged(): void;
  onCustody(custody: Custody): void;
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
  [0xffeb, 'MetaLeft'],
  [0xffec, 'MetaRight'],
];

/** One connection to the server's screen, from the WebSocket to the canvas. It has the right that it was opened with. */
export class Screen {
  readonly right: ConsoleRight;
  readonly #rfb: RFB;
  readonly #channel: Channel;
  #connected = false;
  #closed = false;
  #rounds: ((answered: boolean) => void)[] = [];

  constructor(place: HTMLElement, from: { url: string; right: ConsoleRight }, events: ScreenEvents) {
    this.right = from.right;
    let heartbeat: Heartbeat | null = null;
    const channel = new Channel(from.url, {
      onPong: (silent) => {
        heartbeat?.answered(silent);
        this.#endRounds(true);
      },
      onChanged: events.onChanged,
      onCustody: events.onCustody,
      onIdle: events.onIdle,
      onClosed: (code, text) => {
        heartbeat?.stop();
        this.#closed = true;
        this.#endRounds(false);
        // What is refused is told in words; noVNC would log it as an error as well.
        if (!this.#connected) this.#rfb.disconnect();
        events.onClosed(code, this.#connected ? this.#rfb.toDataURL() : null, text);
      },
    });
    this.#channel = channel;
    // noVNC must have the channel in this very turn: the server speaks first.
    this.#rfb = new RFB(place, channel, { shared: true });
    this.#rfb.background = 'transparent';
    // The server drops what a watcher sends; the page does not even try.
    this.#rfb.viewOnly = from.right === 'view';
    this.#rfb.addEventListener('connect', () => {
      this.#connected = true;
      watchCanvas(place, events.onSize);
      heartbeat = new Heartbeat(() => channel.ping(), events.onPulse);
      events.onConnected();
    });
  }

  /** Whether this person's keys go anywhere now; the server drops them anyhow. */
  letType(may: boolean): void {
    const viewOnly = this.right === 'view' || !may;
    if (this.#rfb.viewOnly !== viewOnly) this.#rfb.viewOnly = viewOnly;
  }

  focus(): void {
    this.#rfb.focus();
  }

  /** Lets go of the keyboard; nothing stays pressed on the server. */
  leave(): void {
    this.#rfb.blur();
    for (const [keysym, code] of modifiers) this.#rfb.sendKey(keysym, code, false);
  }

  /** The person is busy with another part of the page: not idle. */
  active(): void {
    this.#channel.active();
  }

  ctrlAltDel(): void {
    this.#rfb.sendCtrlAltDel();
    this.#rfb.focus();
  }

  key({ code, keysym, down }: KeyEvent): void {
    this.#rfb.sendKey(keysym, code, down);
  }

  /** Ends when the server has answered what was sent before; false when the line is gone. */
  round(): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    return new Promise((done) => {
      this.#rounds.push(done);
      this.#channel.ping();
    });
  }

  /** Scaled to the window, or at its own size. */
  fit(scaled: boolean): void {
    this.#rfb.scaleViewport = scaled;
  }

  /** All that the server draws, however it is scaled here, as a PNG. */
  picture(): Promise<Blob | null> {
    return new Promise((done) => this.#rfb.toBlob(done, 'image/png'));
  }

  close(): void {
    this.#rfb.disconnect();
  }

  #endRounds(answered: boolean): void {
    const rounds = this.#rounds;
    this.#rounds = [];
    for (const done of rounds) done(answered);
  }
}
