import type { PageState } from '../page-contract.ts';
import type { LinkState } from './serial-link.ts';

/**
 * What stands under a serial port: how its line is, and what may be done there.
 * @param mine nobody else has the keyboard
 */
export function serialWords(link: LinkState, state: PageState | null, mine: boolean): string {
  if (link !== 'open') return lines[link];
  if (state?.right === 'view') return 'You are watching only.';
  if (!mine) return 'Somebody else has the keyboard.';
  return 'What you type goes to the server. Ctrl+Alt+Shift+T leaves the terminal.';
}

const lines: Record<Exclude<LinkState, 'open'>, string> = {
  connecting: 'Connecting…',
  lost: 'Not connected. This reconnects by itself.',
  idle: 'Closed after a long time without input.',
  over: 'The console has closed.',
};

/** Why there is no serial port to show; null where there is one. */
export function noSerialWords(state: PageState | null): string | null {
  if (!state || state.standing === 'waiting') return 'The serial ports come with the virtual machine.';
  if (state.standing === 'ended') return 'The console has closed.';
  if (state.serialPorts > 0) return null;
  return 'This virtual machine was started before its serial ports could be shown here. The next install has them.';
}

/** What became of copying. */
export const copyWords = {
  selected: 'Copied what is selected.',
  all: 'Copied everything that this tab has.',
  nothing: 'Nothing is selected. Draw over the text with the mouse first; with Shift where a program uses the mouse.',
  refused: 'The browser did not allow to copy.',
};
