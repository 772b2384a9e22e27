import { type CloseReason, reasonOf } from '../close-codes.ts';
import type { Custody } from '../custody-contract.ts';
import type { PageState } from '../page-contract.ts';
import { readState } from './api.ts';
import { backoffMs } from './backoff.ts';
import { Room } from './room.ts';
import { Screen } from './screen.ts';
import {
  closeWords,
  endedWords,
  type Loss,
  lossWords,
  refusalWords,
  type TurnedAway,
  turnedAwayWords,
  waitingWords,
} from './words.ts';

const WAITING_MS = 2_000;
const OPEN_MS = 5_000;
const ENDED_MS = 3_000;
/** Within this time, each at another moment, browsers go on to another process of ours. */
const MOVE_MS = 400;
/** Tries that a refusal counts for: asking again is no hurry. */
const TURNED_AWAY_TRIES = 3;
const finalPhases: readonly PageState['phase'][] = ['done', 'undone', 'denied', 'stuck'];

/**
 * Keeps the screen open as long as there is one: follows the install's state, connects when the screen comes up,
 * reconnects when the line is cut, and says in words why there is none.
 */
export class Attendant {
  readonly #install: string;
  readonly #place: HTMLElement;
  readonly #room = new Room(() => this.#pressed());
  #screen: Screen | null = null;
  #state: PageState | null = null;
  #scaled = true;
  #tries = 0;
  #timer = 0;
  #reading = false;
  /** Told who is there and who may type; null while there is no screen. */
  onCustody: (custody: Custody | null) => void = () => undefined;
  /** The server sent us to another one of its processes. */
  #moving = false;
  /** The screen was closed until somebody asks for it. */
  #parked = false;
  /** Called with each state that was read. */
  onState: (state: PageState) => void = () => undefined;

  constructor(install: string, place: HTMLElement) {
    this.#install = install;
    this.#place = place;
    window.addEventListener('online', () => void this.refresh());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') void this.refresh();
    });
  }

  /** The screen, while one is open. */
  get screen(): Screen | null {
    return this.#screen;
  }

  get state(): PageState | null {
    return this.#state;
  }

  /** Reads the state now, and again when it is worth it. */
  async refresh(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    window.clearTimeout(this.#timer);
    const answer = await readState(this.#install);
    this.#reading = false;
    if (answer.kind === 'ok') this.#follow(answer.body);
    else if (answer.kind === 'offline') this.#offline();
    else this.#refused(answer.code, answer.message);
  }

  fit(scaled: boolean): void {
    this.#scaled = scaled;
    this.#screen?.fit(scaled);
  }

  /** This browser holds nothing any more. */
  signedOut(): void {
    this.#drop();
    this.#stop('signedOut');
  }

  #follow(state: PageState): void {
    this.#state = state;
    this.#room.showState(state);
    this.onState(state);
    if (state.standing === 'ended') this.#end(state);
    else if (state.standing === 'waiting') this.#wait(state);
    else this.#attend(state);
  }

  #wait(state: PageState): void {
    this.#drop();
    this.#room.enter('waiting', 'Waiting for the screen');
    this.#room.curtain(waitingWords(state));
    this.#again(WAITING_MS);
  }

  #end(state: PageState): void {
    this.#drop();
    this.#room.enter('ended', 'Console closed');
    this.#room.curtain(endedWords(state));
    if (!finalPhases.includes(state.phase)) this.#again(ENDED_MS);
  }

  #drop(): void {
    const screen = this.#screen;
    this.#screen = null;
    this.onCustody(null);
    screen?.close();
  }

  #attend(state: PageState): void {
    // A link to take part was opened in another tab: this screen still only watches.
    if (this.#screen && this.#screen.right !== state.right) this.#drop();
    if (!this.#screen && !this.#parked) this.#connect(state);
    if (!this.#parked) this.#again(OPEN_MS);
  }

  #connect({ right }: PageState): void {
    this.#room.enter('connecting', this.#tries === 0 ? 'Connecting to the screen' : 'Reconnecting to the screen');
    const url = `${location.origin.replace(/^http/, 'ws')}/console/${encodeURIComponent(this.#install)}/vnc`;
    const screen = new Screen(
      this.#place,
      { url, right },
      {
        onConnected: () => this.#connected(screen),
        onPulse: (pulse) => this.#room.showPulse(pulse),
        onSize: (size) => this.#room.showSize(size),
        onChanged: () => void this.refresh(),
        onCustody: (custody) => this.#screen === screen && this.onCustody(custody),
        onIdle: (secondsLeft) => this.#room.warnIdle(secondsLeft),
        onClosed: (code, lastFrame, text) => this.#closed(screen, { code, lastFrame, text }),
      },
    );
    this.#screen = screen;
  }

  #connected(screen: Screen): void {
    this.#tries = 0;
    this.#moving = false;
    screen.fit(this.#scaled);
    this.#room.ghost(null);
    this.#room.curtain(null);
    this.#room.enter('connected', 'Live');
    screen.focus();
  }

  /** A line that was cut is mended; whatever was meant is told. */
  #closed(screen: Screen, { code, lastFrame, text }: Closing): void {
    if (this.#screen !== screen) return;
    this.#screen = null;
    this.onCustody(null);
    if (lastFrame !== null) this.#room.ghost(lastFrame);
    const reason = reasonOf(code);
    if (reason === 'idle' || reason === 'protocol') this.#park(reason);
    else if (reason === 'revoked' || reason === 'sessionOver' || reason === 'signedOut') this.#stop(reason);
    else if (reason === 'ended') void this.#ended();
    else if (reason === 'goingAway') this.#move();
    else if (isTurnedAway(reason)) this.#turnedAway(reason, text);
    else this.#reconnect(lossOf(reason, lastFrame !== null));
  }

  #park(reason: 'idle' | 'protocol'): void {
    this.#parked = true;
    window.clearTimeout(this.#timer);
    this.#room.enter('parked', 'Closed');
    this.#room.curtain(closeWords[reason]);
  }

  /** What was seen belongs to nobody here any more, so it goes out of the page as well. */
  #stop(reason: 'revoked' | 'sessionOver' | 'signedOut'): void {
    this.#room.ghost(null);
    this.#parked = true;
    window.clearTimeout(this.#timer);
    this.#room.enter('refused', 'Closed');
    this.#room.curtain(closeWords[reason]);
  }

  async #ended(): Promise<void> {
    this.#room.enter('ended', 'Console closed');
    this.#room.curtain(closeWords.ended);
    await this.refresh();
  }

  /** Another process goes on at once: the last frame stays, and nothing is said unless it takes long. */
  #move(): void {
    this.#moving = true;
    this.#room.enter('connecting', 'Reconnecting to the screen');
    this.#again(Math.random() * MOVE_MS);
  }

  /** The server said why there is no screen now. */
  #turnedAway(reason: TurnedAway, text: string): void {
    this.#tries = Math.max(this.#tries, TURNED_AWAY_TRIES);
    this.#room.enter('reconnecting', 'No screen yet');
    this.#room.curtain(turnedAwayWords(reason, text));
    this.#again(backoffMs(this.#tries, Math.random()));
  }

  /** Each try begins with the state, because a browser hides why a WebSocket was refused to a stranger. */
  #reconnect(loss: Loss): void {
    const wait = backoffMs(this.#tries, Math.random());
    this.#tries += 1;
    this.#room.enter('reconnecting', 'Reconnecting');
    this.#room.curtain(lossWords(this.#moving ? 'restart' : loss));
    this.#again(wait);
  }

  #offline(): void {
    if (this.#screen) this.#again(OPEN_MS);
    else this.#reconnect('network');
  }

  /** After the end, or with what ended it, the session goes as well; what the page says of the end stays. */
  #refused(code: string, message: string): void {
    const { state } = document.body.dataset;
    if (state === 'ended' || (state === 'refused' && this.#parked)) return;
    this.#drop();
    this.#room.ghost(null);
    this.#room.enter('refused', 'No console');
    this.#room.curtain(refusalWords(code, message));
  }

  #pressed(): void {
    if (document.body.dataset.state === 'parked' && this.#parked) this.#parked = false;
    this.#tries = 0;
    void this.refresh();
  }

  #again(ms: number): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.refresh(), ms);
  }
}

interface Closing {
  code: number;
  lastFrame: string | null;
  text: string;
}

function isTurnedAway(reason: CloseReason | null): reason is TurnedAway {
  return reason === 'tooMany' || reason === 'tooFast' || reason === 'screenSilent' || reason === 'unrecorded';
}

/** A screen that was never seen although the server answers is the VM's silence, not the network's. */
function lossOf(reason: CloseReason | null, seen: boolean): Loss {
  if (reason === 'screenLost') return 'screen';
  return reason === null && !seen ? 'silent' : 'network';
}
