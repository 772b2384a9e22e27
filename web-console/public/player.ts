import type { RecordingView } from '../recordings/survey-contract.ts';
import { element, say } from './dom.ts';
import { playRecording, redeemRecording } from './player/api.ts';
import { Deck } from './player/deck.ts';
import { Desk } from './player/desk.ts';
import { Reel } from './player/reel.ts';
import { aboutWords, refusedTitle } from './player/words.ts';

const title = element('curtain-title', HTMLHeadingElement);
const text = element('curtain-text', HTMLParagraphElement);
const action = element('curtain-action', HTMLButtonElement);
const [, , install = '', recording = ''] = location.pathname.split('/').map(decodeURIComponent);

/** The ticket comes in the fragment, which no server and no log ever sees; it leaves the address bar at once. */
const ticket = location.hash.slice(1);

function curtain(state: string, heading: string, words: string): void {
  document.body.dataset.state = state;
  say(title, heading);
  say(text, words);
}

/** At the door only a press of the button redeems: scanners that open links use nothing up. */
function offer(): void {
  history.replaceState(null, '', '/r');
  if (ticket === '') {
    curtain(
      'refused',
      'There is no ticket in this address',
      'Open the link in Slack again: it works until it is used.',
    );
    return;
  }
  curtain(
    'door',
    'Your recording is ready',
    'The link opens it once, in this browser. That you play it is written down.',
  );
  action.hidden = false;
  action.focus();
  action.addEventListener('click', () => void redeem());
}

async function redeem(): Promise<void> {
  action.disabled = true;
  // One link after the other in this browser: each answer brings the cookie, and of two at once only one would stay.
  const answer = await navigator.locks.request('xepa-recording-link', () => redeemRecording(ticket));
  action.disabled = false;
  if (answer.kind === 'ok') {
    location.replace(`/recordings/${encodeURIComponent(answer.body.install)}/${answer.body.recording}`);
    return;
  }
  if (answer.kind === 'offline') {
    curtain(
      'door',
      'XEPA does not answer',
      'Check your network and try again. The link is still good if nobody used it.',
    );
    return;
  }
  action.hidden = true;
  curtain('refused', refusedTitle(answer.code), answer.message);
}

async function load(): Promise<void> {
  const answer = await playRecording(install, recording);
  if (answer.kind === 'ok') return show(answer.body);
  if (answer.kind === 'refused') return curtain('refused', refusedTitle(answer.code), answer.message);
  curtain('offline', 'XEPA does not answer', 'Check your network and try again.');
  say(action, 'Try again');
  action.hidden = false;
  action.addEventListener('click', () => location.reload());
}

function show(view: RecordingView): void {
  document.title = `Recording · ${view.device} · XEPA`;
  say(element('device', HTMLSpanElement), view.device);
  say(element('iso', HTMLSpanElement), view.iso);
  say(element('about', HTMLParagraphElement), aboutWords(view));
  if (view.parts.length === 0) {
    curtain('refused', 'Nothing was recorded', 'The screen closed, or broke off, before anything was written.');
    return;
  }
  element('curtain', HTMLElement).hidden = true;
  document.body.dataset.state = 'ready';
  const deck = new Deck(new Reel(view), element('film', HTMLDivElement), view);
  new Desk(view, deck).start();
}

if (location.pathname === '/r') offer();
else void load();
