import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser';
import type { Offer, PasskeyLine, StepUpView } from '../step-up/contract.ts';
import type { Answer } from './answer.ts';
import { showKeptColours } from './colours.ts';
import { confirmed } from './confirm.ts';
import { PasskeySheet } from './passkey-sheet.ts';
import { browserTrouble, mayRetry, refusedTitle } from './passkey-words.ts';
import { askOffer, beginStepUp, giveAnswer, removePasskey } from './step-up-api.ts';

showKeptColours();

/** The link comes in the fragment, which no server and no log ever sees; it leaves the address bar at once. */
let ticket: string | null = location.hash.slice(1) || null;
history.replaceState(null, '', '/p');

const sheet = new PasskeySheet(
  () => void press(),
  (passkey) => void askToRemove(passkey),
);
/** Null until the link was used. */
let shown: StepUpView | null = null;

/** Only a press of the button uses the link: scanners that open links, and even run scripts, use nothing up. */
async function start(): Promise<void> {
  if (!browserSupportsWebAuthn()) {
    const text = 'Open the link in a current browser, on a device that has a screen lock or a security key.';
    sheet.words('refused', { title: 'This browser has no passkeys', text });
  } else if (ticket === null) {
    show(await beginStepUp(null));
  } else {
    const text = 'It works once, in this browser. You see what it is for before anything happens.';
    sheet.words('ready', { title: 'Your link is ready', text, go: 'Continue' });
  }
}

async function press(): Promise<void> {
  if (document.body.dataset.busy === 'true') return;
  sheet.busy(true);
  if (shown === null) await useLink();
  else await usePasskey();
}

async function useLink(): Promise<void> {
  const answer = await beginStepUp(ticket);
  if (answer.kind === 'ok') ticket = null;
  show(answer);
}

async function usePasskey(): Promise<void> {
  const offer = await askOffer();
  if (offer.kind !== 'ok') return show(offer);
  try {
    show(await giveAnswer(await askAuthenticator(offer.body), sheet.label));
  } catch (thrown) {
    sheet.trouble(browserTrouble(thrown instanceof Error ? thrown.name : ''));
  }
}

function askAuthenticator(offer: Offer) {
  return offer.kind === 'get'
    ? startAuthentication({ optionsJSON: offer.options })
    : startRegistration({ optionsJSON: offer.options });
}

async function askToRemove({ id, label }: PasskeyLine): Promise<void> {
  const sure = await confirmed({
    title: `Remove “${label}”?`,
    text: 'It will not confirm approvals of yours any more. Your browser or device may go on offering it.',
    yes: 'Remove',
    no: 'Keep it',
    danger: true,
  });
  if (!sure) return;
  sheet.busy(true);
  show(await removePasskey(id));
}

function show(answer: Answer<StepUpView> | Exclude<Answer<Offer>, { kind: 'ok' }>): void {
  if (answer.kind === 'ok') {
    shown = answer.body;
    sheet.view(answer.body);
  } else if (answer.kind === 'offline' && shown === null && ticket === null) {
    sheet.words('offline', { title: 'XEPA does not answer', text: 'Check your network.', go: 'Try again' });
  } else if (answer.kind === 'offline') {
    sheet.trouble('XEPA does not answer. Check your network and try again.');
  } else if (mayRetry(answer.code)) {
    sheet.trouble(answer.message);
  } else {
    sheet.words('refused', { title: refusedTitle(answer.code), text: answer.message });
  }
}

void start();
