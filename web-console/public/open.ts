import type { Answer } from './answer.ts';
import { redeemTicket } from './api.ts';
import { showKeptColours } from './colours.ts';
import { element, say } from './dom.ts';
import { saysRecorded } from './ticket-claims.ts';
import { refusalWords } from './words.ts';

showKeptColours();

const title = element('title', HTMLHeadingElement);
const text = element('text', HTMLParagraphElement);
const go = element('go', HTMLButtonElement);
const resume = element('resume', HTMLAnchorElement);

/** The ticket comes in the fragment, which no server and no log ever sees; it leaves the address bar at once. */
const ticket = location.hash.slice(1);
history.replaceState(null, '', '/c');

/** Only a press of the button redeems: scanners that open links, and even run scripts, use nothing up. */
function offer(): void {
  if (ticket === '') {
    show('no-ticket', 'There is no ticket in this address', 'Open the link in Slack again: it works until it is used.');
    return;
  }
  show('ready', 'Your console is ready', 'The link opens it once, in this browser.');
  element('recorded', HTMLParagraphElement).hidden = !saysRecorded(ticket);
  go.hidden = false;
  go.focus();
}

async function open(): Promise<void> {
  go.disabled = true;
  show('opening', 'Opening the console', 'One moment…');
  const answer = await redeemInTurn();
  if (answer.kind === 'ok') {
    location.replace(`/console/${encodeURIComponent(answer.body.install)}`);
    return;
  }
  go.disabled = false;
  if (answer.kind === 'offline') {
    show(
      'offline',
      'XEPA does not answer',
      'Check your network and try again. The link is still good if nobody used it.',
    );
    return;
  }
  const words = refusalWords(answer.code, answer.message);
  go.hidden = words.action === undefined;
  show('refused', words.title, words.text);
  offerResume(answer.resume);
}

/** One link after the other in this browser: each answer brings the cookie, and of two at once only one would stay. */
function redeemInTurn(): Promise<Answer<{ install: string }>> {
  return navigator.locks.request('xepa-console-link', () => redeemTicket(ticket));
}

function offerResume(install: string | null): void {
  if (install === null) return;
  resume.href = `/console/${encodeURIComponent(install)}`;
  resume.hidden = false;
}

function show(state: string, heading: string, words: string): void {
  document.body.dataset.state = state;
  say(title, heading);
  say(text, words);
}

go.addEventListener('click', () => void open());
offer();
