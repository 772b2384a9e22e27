import type { Answer } from './answer.ts';
import { bootMetal } from './api.ts';
import { Attendant } from './attendant.ts';
import { BrowserDisc } from './browser-disc/browser-disc.ts';
import { confirmed } from './confirm.ts';
import { CustodyPanel } from './custody-panel.ts';
import { element } from './dom.ts';
import { Keyboard } from './keys/keyboard.ts';
import { MachineMenus } from './machine-menus.ts';
import { bootWords } from './machine-words.ts';
import { wireMoreMenu } from './more-menu.ts';
import { tell } from './notices.ts';
import { SerialPanel } from './serial-panel.ts';
import { ShotMenu } from './shot-menu.ts';
import { askToSignOut } from './sign-out.ts';
import { throttled } from './throttled.ts';
import { Uploads } from './upload/uploads.ts';

const install = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const stage = element('stage', HTMLElement);
const attendant = new Attendant(install, element('screen', HTMLDivElement));
const custody = new CustodyPanel({ install, report, focusScreen: () => attendant.screen?.focus() });
const actual = element('actual', HTMLButtonElement);
const ownDisc = new BrowserDisc({
  install,
  refresh: () => attendant.refresh(),
  insert: () => menus.insertBrowserDisc(),
});
const uploadsPlace = {
  install,
  stage,
  may: () => document.body.dataset.state === 'connected' && !watches(),
  onChange: () => menus.look(),
  focusScreen: () => attendant.screen?.focus(),
};
const uploads = new Uploads(uploadsPlace, [ownDisc.way]);
const menus = new MachineMenus(install, attendant, (fetch) => uploads.follow(fetch));
const serial = new SerialPanel(install, {
  onScreen: () => attendant.screen?.focus(),
  onActive: throttled(() => attendant.screen?.active()),
  onProblem: (text) => tell('warning', text),
  onNotice: (text) => tell('notice', text),
});

async function askToBootMetal(): Promise<void> {
  const device = attendant.state?.device ?? 'the server';
  const sure = await confirmed({
    title: `Boot ${device} from its own disk?`,
    text: bootWords(attendant.state?.purpose ?? 'install'),
    points: [
      'The virtual machine is asked to power down, then stopped. This console closes.',
      'Disk and network card go back to the server.',
      'The server reboots from its disk, and XEPA watches it come up.',
    ],
    yes: 'Boot the metal',
    no: 'Not yet',
  });
  if (sure) report(await bootMetal(install));
  else attendant.screen?.focus();
}

/** A success shows on the screen by itself; a failure is said aloud, for a while. */
function report(answer: Answer<unknown>): void {
  void attendant.refresh();
  if (answer.kind === 'ok') return;
  warn(answer.kind === 'refused' ? answer.message : 'XEPA did not answer. Nothing may have happened; try again.');
}

function warn(text: string): void {
  tell('warning', text);
}

/** This person's keys stay in the browser. */
function watches(): boolean {
  return attendant.state?.right === 'view';
}

async function fullScreen(): Promise<void> {
  await stage.requestFullscreen();
  if (watches()) return;
  // Chromium only: Escape and Alt-Tab then belong to the server too.
  const keyboard: unknown = Reflect.get(navigator, 'keyboard');
  if (keyboard instanceof Object && 'lock' in keyboard && keyboard.lock instanceof Function) keyboard.lock();
  attendant.screen?.focus();
}

/** Fitted into the window, or each of the server's pixels as one of ours. */
function toggleActual(): void {
  const isActual = actual.getAttribute('aria-pressed') !== 'true';
  actual.setAttribute('aria-pressed', String(isActual));
  attendant.fit(!isActual);
  attendant.screen?.focus();
}

/** While the screen has the keyboard every key is the server's, except this one way out. */
function leaveScreen(event: KeyboardEvent): void {
  if (event.code !== 'KeyT' || !event.ctrlKey || !event.altKey || !event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  attendant.screen?.leave();
  (custody.question ?? serial.tab ?? element(watches() ? 'shot' : 'cad', HTMLButtonElement)).focus();
}

function onClick(id: string, act: () => void): void {
  element(id, HTMLButtonElement).addEventListener('click', act);
}

onClick('cad', () => custody.claims() && attendant.screen?.ctrlAltDel());
onClick('metal', () => void askToBootMetal());
onClick('full', () => void fullScreen());
onClick('actual', toggleActual);
attendant.onState = (state) => {
  serial.follow(state);
  menus.follow(state.awaitsDisc);
  ownDisc.follow(state);
};
const busyWithScreen = throttled(() => serial.active());
for (const sign of ['keydown', 'pointerdown']) {
  element('screen', HTMLDivElement).addEventListener(sign, busyWithScreen, { capture: true });
}
attendant.onCustody = (news) => {
  custody.show(news, { user: attendant.state?.who ?? '', right: attendant.state?.right ?? 'view' });
  const mine = document.body.dataset.keyboard !== 'other';
  attendant.screen?.letType(mine);
  serial.letType(mine);
};
new ShotMenu(install, attendant);
wireMoreMenu(() => void askToSignOut(attendant).then((failed) => failed !== null && warn(failed)));
new Keyboard({ attendant, install, stage, custody });
window.addEventListener('keydown', leaveScreen, { capture: true });
void attendant.refresh();
