import type { types } from '@slack/bolt';
import { isPastCancelling, startsFromDisk } from '../../core/console-round.ts';
import { consoleIsOpen, type InstallRecord, isFinal } from '../../core/contracts/install.ts';
import { isAfter, pointOfNoReturn } from '../../core/contracts/step-name.ts';
import { plain } from '../text.ts';
import { button, type Confirmation, ROUND_MARK } from './button.ts';
import { questionButtons } from './question-buttons.ts';

/** What the buttons are called on the wire; a button's value is the install id, on a card with its round, and nothing else. */
export const actionIds = {
  approve: 'xepa.approve',
  deny: 'xepa.deny',
  console: 'xepa.console',
  watch: 'xepa.watch',
  openLink: 'xepa.open-link',
  cancel: 'xepa.cancel',
  boot: 'xepa.boot',
  retry: 'xepa.retry',
  fixed: 'xepa.fixed',
  show: 'xepa.show',
} as const;

/** Buttons of App Home: they are about no install. */
export const homeActionIds = { install: 'xepa.home-install', refresh: 'xepa.home-refresh' } as const;

/** A button of App Home; what it is for is all that it says. */
export function homeButton(what: keyof typeof homeActionIds, text: string, style?: 'primary'): types.Button {
  return {
    type: 'button',
    action_id: homeActionIds[what],
    text: { type: 'plain_text', text },
    accessibility_label: text,
    ...(style ? { style } : {}),
  };
}

/** At a device; its value is `provider/id`. */
export const DEVICE_CONSOLE_ID = 'xepa.device-console';

/** In the list of recordings; its value has the install's id and the recording's. */
export const PLAY_ID = 'xepa.play';

/** The row of buttons under an install's message, or nothing when there is nothing to press. */
export function installButtons(record: InstallRecord): types.ActionsBlock[] {
  const elements = record.phase === 'stuck' ? stuckButtons(record) : runningButtons(record);
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: 'xepa.buttons', elements }];
}

/** Approve and deny, in the card; they are for this round of it. */
export function approvalButtons(record: InstallRecord): types.ActionsBlock {
  const value = `${record.id}${ROUND_MARK}${record.approval?.round ?? 0}`;
  const approve = button(record, { id: actionIds.approve, text: 'Approve', style: 'primary', value });
  const deny = button(record, { id: actionIds.deny, text: 'Deny', style: 'danger', value });
  return { type: 'actions', block_id: 'xepa.approval', elements: [approve, deny] };
}

/** For lists: shows the whole install to the person who presses it. */
export function showButton(record: InstallRecord): types.Button {
  return button(record, { id: actionIds.show, text: 'Show' });
}

function runningButtons(record: InstallRecord): types.Button[] {
  const open = consoleIsOpen(record);
  const mayCancel = !isFinal(record) && !record.cancel && record.phase !== 'undo' && !isPastCancelling(record);
  return [
    ...questionButtons(record),
    ...(open ? [button(record, { id: actionIds.console, text: 'Get console link', style: 'primary' })] : []),
    ...(open ? [button(record, { id: actionIds.watch, text: 'Watch' })] : []),
    ...(open ? [button(record, { id: actionIds.boot, text: 'Boot the metal', confirm: bootConfirm(record) })] : []),
    ...(mayCancel ? [button(record, { id: actionIds.cancel, text: 'Cancel', confirm: cancelConfirm(record) })] : []),
  ];
}

function stuckButtons(record: InstallRecord): types.Button[] {
  const confirm = {
    title: 'Is the server as it should be?',
    text: `Press only when you have put ${plain(record.device.name, 80)} right yourself: XEPA will not touch it again.`,
    yes: 'It is',
  };
  return [
    button(record, { id: actionIds.retry, text: 'Retry', style: 'primary' }),
    button(record, { id: actionIds.fixed, text: 'I fixed it by hand', confirm }),
  ];
}

function bootConfirm(record: InstallRecord): Confirmation {
  if (startsFromDisk(record)) {
    return {
      title: 'Boot the metal again?',
      text: `The system in the VM is asked to shut down, and ${plain(record.device.name, 80)} boots from its disk. All consoles close.`,
      yes: 'Boot the metal',
    };
  }
  return {
    title: 'Is the installer done?',
    text: `The VM is stopped and ${plain(record.device.name, 80)} boots from its disk. If the installer still writes, what it wrote is not complete.`,
    yes: 'Boot the metal',
  };
}

function cancelConfirm(record: InstallRecord): Confirmation {
  const what = record.request.iso ? 'install' : 'console';
  const undo =
    record.journal.length === 0 ? 'Nothing was changed yet.' : `What was changed is put back. ${stays(record)}`;
  return { title: `Cancel this ${what}?`, text: undo, yes: `Cancel the ${what}` };
}

/** What cannot be put back. */
function stays(record: InstallRecord): string {
  // Where the console was opened again, an earlier round has been there.
  const begun = record.facts.again !== undefined || !isAfter(pointOfNoReturn, record.at);
  const written = begun && record.facts.plan?.block?.scratchMb === undefined;
  if (!written) return 'No disk was written.';
  return record.request.iso
    ? 'The disk may have been written already: its old content is not brought back.'
    : 'What was changed on the disk at the console stays.';
}
