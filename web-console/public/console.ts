import { type Answer, bootMetal, switchPower } from './api.ts';
import { Attendant } from './attendant.ts';
import { confirmed } from './confirm.ts';
import { element, say } from './dom.ts';
import { askToSignOut } from './sign-out.ts';

const WARNING_MS = 8_000;
const install = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const stage = element('stage', HTMLElement);
const attendant = new Attendant(install, element('screen', HTMLDivElement));
const menu = element('power-menu', HTMLDivElement);
const fit = element('fit', HTMLButtonElement);

async function askToBootMetal(): Promise<void> {
  const device = attendant.state?.device ?? 'the server';
  const sure = await confirmed({
    title: `Boot ${device} from its own disk?`,
    text: 'Do this when the installer has finished. An installation that is stopped half-way will not boot.',
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

async function askToReset(): Promise<void> {
  menu.hidePopover();
  const sure = await confirmed({
    title: 'Reset the virtual machine?',
    text: 'It restarts at once. What the installer has not written to disk yet is lost.',
    yes: 'Reset',
    no: 'Keep it running',
    danger: true,
  });
  if (sure) report(await switchPower(install, 'reset'));
  attendant.screen?.focus();
}

async function shutDown(): Promise<void> {
  menu.hidePopover();
  report(await switchPower(install, 'acpi-shutdown'));
  attendant.screen?.focus();
}

/** A success shows on the screen by itself; a failure is said aloud, for a while. */
function report(answer: Answer<unknown>): void {
  void attendant.refresh();
  if (answer.kind === 'ok') return;
  warn(answer.kind === 'refused' ? answer.message : 'XEPA did not answer. Nothing may have happened; try again.');
}

function warn(text: string): void {
  const warning = element('warning', HTMLParagraphElement);
  say(warning, text);
  warning.hidden = false;
  window.setTimeout(() => {
    warning.hidden = true;
  }, WARNING_MS);
}

/** This person's keys stay in the browser. */
function watches(): boolean {
  return attendant.state?.right === 'view';
}

/** The menu stands above its button; a popover has no place of its own. */
function placeMenu(): void {
  const button = element('power', HTMLButtonElement).getBoundingClientRect();
  menu.style.left = `${button.left}px`;
  menu.style.bottom = `${window.innerHeight - button.top + 8}px`;
}

async function fullScreen(): Promise<void> {
  await stage.requestFullscreen();
  if (watches()) return;
  // Chromium only: Escape and Alt-Tab then belong to the server too.
  const keyboard: unknown = Reflect.get(navigator, 'keyboard');
  if (keyboard instanceof Object && 'lock' in keyboard && keyboard.lock instanceof Function) keyboard.lock();
  attendant.screen?.focus();
}

function toggleFit(): void {
  const scaled = fit.getAttribute('aria-pressed') !== 'true';
  fit.setAttribute('aria-pressed', String(scaled));
  say(fit, scaled ? 'Fit' : '1:1');
  stage.dataset.fit = String(scaled);
  attendant.fit(scaled);
}

/** While the screen has the keyboard every key is the server's, except this one way out. */
function leaveScreen(event: KeyboardEvent): void {
  if (event.code !== 'KeyT' || !event.ctrlKey || !event.altKey || !event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  attendant.screen?.leave();
  element(watches() ? 'fit' : 'cad', HTMLButtonElement).focus();
}

function onClick(id: string, act: () => void): void {
  element(id, HTMLButtonElement).addEventListener('click', act);
}

onClick('cad', () => attendant.screen?.ctrlAltDel());
onClick('acpi', () => void shutDown());
onClick('reset', () => void askToReset());
onClick('metal', () => void askToBootMetal());
onClick('sign-out', () => void askToSignOut(attendant).then((failed) => failed !== null && warn(failed)));
onClick('full', () => void fullScreen());
onClick('fit', toggleFit);
menu.addEventListener('beforetoggle', placeMenu);
window.addEventListener('keydown', leaveScreen, { capture: true });
void attendant.refresh();
