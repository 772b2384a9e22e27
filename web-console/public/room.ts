import type { StepName } from '../../core/contracts/step-name.ts';
import type { PageState } from '../page-contract.ts';
import { element, say } from './dom.ts';
import type { Pulse } from './heartbeat.ts';
import { tell } from './notices.ts';
import { type End, EndWarnings, endTitle, isEndingSoon, nextEnd } from './session-end.ts';
import { type Curtain, duration, stallWords, stepWords } from './words.ts';

/** What the page is doing; tests and style sheet read it from `body[data-state]`. */
export type RoomState =
  | 'loading'
  | 'waiting'
  | 'connecting'
  | 'connected'
  | 'reconnecting'
  | 'parked'
  | 'ended'
  | 'refused';

const afterConsole: readonly StepName[] = ['handback', 'boot', 'verify', 'release'];

/** Everything on the page except the screen itself. */
export class Room {
  readonly #device = element('device', HTMLSpanElement);
  readonly #iso = element('iso', HTMLSpanElement);
  readonly #step = element('step', HTMLSpanElement);
  readonly #since = element('since', HTMLSpanElement);
  readonly #disc = element('disc', HTMLSpanElement);
  readonly #watching = element('watching', HTMLParagraphElement);
  readonly #line = element('line', HTMLSpanElement);
  readonly #size = element('size', HTMLSpanElement);
  readonly #trip = element('trip', HTMLSpanElement);
  readonly #ends = element('ends', HTMLSpanElement);
  readonly #ghost = element('ghost', HTMLImageElement);
  readonly #curtain = element('curtain', HTMLElement);
  readonly #warning = element('warning', HTMLParagraphElement);
  readonly #action = element('curtain-action', HTMLButtonElement);
  readonly #acting = ['cad', 'keys', 'type', 'power', 'media', 'shot', 'actual', 'full', 'metal'].map((id) =>
    element(id, HTMLButtonElement),
  );
  /** What the server would refuse somebody who only watches. */
  readonly #controls = ['cad', 'keys', 'type', 'power', 'media', 'metal'].map((id) => element(id, HTMLButtonElement));
  readonly #ofInstaller = ['insert', 'installer'].map((id) => element(id, HTMLButtonElement));
  readonly #endWarnings = new EndWarnings();
  #state: PageState | null = null;
  /** How far the server's clock is ahead of ours, in milliseconds. */
  #ahead = 0;

  constructor(onAction: () => void) {
    this.#action.addEventListener('click', onAction);
    window.setInterval(() => this.#tick(), 1_000);
  }

  /** @param line what the connection does, in words */
  enter(state: RoomState, line: string): void {
    document.body.dataset.state = state;
    if (state !== 'connected') this.#quality('none', '');
    if (state !== 'connected') say(this.#size, '');
    say(this.#line, line);
    for (const button of this.#acting) button.disabled = state !== 'connected';
    if (state !== 'connected') this.warnIdle(null);
  }

  showState(state: PageState): void {
    this.#state = state;
    this.#ahead = state.now - Date.now();
    document.title = `${state.device} · ${state.iso} · XEPA`;
    say(this.#device, state.device);
    say(this.#iso, state.iso);
    // There is no CD to go back to.
    for (const button of this.#ofInstaller) button.hidden = state.purpose === 'console';
    say(this.#step, this.#stepText(state));
    // What is too long for its place is read by pointing at it.
    for (const cut of [this.#device, this.#iso, this.#step]) cut.title = cut.textContent ?? '';
    this.#watching.hidden = state.right === 'control';
    element('recorded', HTMLParagraphElement).hidden = !state.recorded;
    for (const button of this.#controls) button.hidden = state.right === 'view';
    say(this.#disc, state.drive ? (state.drive.disc ?? 'empty') : '');
    this.#tick();
  }

  showSize({ width, height }: { width: number; height: number }): void {
    say(this.#size, `${width} × ${height}`);
  }

  showPulse(pulse: Pulse): void {
    if (pulse.stalled) {
      this.#quality('stalled', '');
      say(this.#line, stallWords[pulse.stalled]);
    } else {
      this.#quality('live', `${pulse.tripMs} ms`);
      say(this.#line, 'Live');
    }
  }

  /** Covers the screen with words; null lifts the curtain. `lastFrame` stays visible behind it, greyed. */
  curtain(words: Curtain | null): void {
    this.#curtain.hidden = words === null;
    if (!words) return;
    this.#curtain.dataset.busy = String(words.busy === true);
    say(element('curtain-title', HTMLHeadingElement), words.title);
    say(element('curtain-text', HTMLParagraphElement), words.text);
    this.#action.hidden = words.action === undefined;
    say(this.#action, words.action ?? '');
    this.#listSteps(this.#state);
  }

  ghost(lastFrame: string | null): void {
    this.#ghost.hidden = lastFrame === null;
    if (lastFrame !== null) this.#ghost.src = lastFrame;
    else this.#ghost.removeAttribute('src');
  }

  warnIdle(secondsLeft: number | null): void {
    this.#warning.hidden = secondsLeft === null;
    if (secondsLeft === null) return;
    say(this.#warning, `Still there? This screen closes in ${duration(secondsLeft * 1000)} unless you press a key.`);
  }

  /** The steps after the console, while the curtain tells how an install goes on. */
  #listSteps(state: PageState | null): void {
    const list = element('curtain-steps', HTMLOListElement);
    const shown = state?.standing === 'ended' && (state.phase === 'forward' || state.phase === 'done');
    list.hidden = !shown;
    if (!shown || !state) return;
    const at = state.phase === 'done' ? afterConsole.length : afterConsole.indexOf(state.step);
    const items = afterConsole.map((step, index) => {
      const item = document.createElement('li');
      item.textContent = stepWords(state, step);
      item.className = classOf(index - at);
      return item;
    });
    list.replaceChildren(...items);
  }

  #stepText(state: PageState): string {
    if (state.standing === 'open') return power(state) ?? stepWords(state, 'attend');
    if (state.standing === 'ended' && state.phase !== 'forward') return endings[state.phase] ?? '';
    if (state.standing === 'ended' && state.step === 'attend') return 'Stopping the virtual machine';
    return `Step ${state.stepNumber} of ${state.stepCount}: ${stepWords(state, state.step)}`;
  }

  #quality(quality: 'none' | 'live' | 'stalled', trip: string): void {
    document.body.dataset.line = quality;
    say(this.#trip, trip);
  }

  #tick(): void {
    if (!this.#state) return;
    const now = Date.now() + this.#ahead;
    const running = this.#state.phase === 'forward' || this.#state.phase === 'undo';
    say(this.#since, running ? duration(now - this.#state.since) : '');
    this.#tellEnd(nextEnd(this.#state, now));
  }

  #tellEnd(end: End | null): void {
    say(this.#ends, end ? `${duration(end.leftMs)} left` : '');
    this.#ends.title = end ? endTitle(end) : '';
    this.#ends.classList.toggle('soon', end !== null && isEndingSoon(end));
    const words = end && this.#endWarnings.wordsAt(end);
    if (words) tell('notice', words);
  }
}

const endings: Partial<Record<PageState['phase'], string>> = {
  done: 'Done',
  undo: 'Putting the server back',
  undone: 'Put back',
  stuck: 'Needs help',
  denied: 'Denied',
};

function power(state: PageState): string | null {
  if (state.power === 'off') return 'Powered off';
  return state.power === 'paused' ? 'Paused' : null;
}

function classOf(ahead: number): string {
  if (ahead < 0) return 'done';
  return ahead === 0 ? 'now' : 'later';
}
