import { badInput } from '../bad-input.ts';
import type { Asker, BotDeps } from '../deps.ts';
import { actionIds } from '../views/buttons.ts';
import type { Action } from './action.ts';
import { approveAction, denyAction } from './decide.ts';
import { bootAction, cancelAction, consoleAction, watchAction } from './running.ts';
import { fixedAction, retryAction } from './stuck.ts';

/** Every button. A new one is a file (or a part of one) and a line. */
const actions: readonly Action[] = [
  approveAction,
  denyAction,
  consoleAction,
  watchAction,
  cancelAction,
  bootAction,
  retryAction,
  fixedAction,
];

/** Runs what a button stands for. @throws XepaError for the person's eyes */
export async function runAction(
  deps: BotDeps,
  asker: Asker,
  click: { actionId: string; installId: string },
): Promise<void> {
  // A button with an address opens it by itself; Slack only wants the click acknowledged.
  if (click.actionId === actionIds.openLink) return;
  const action = actions.find((one) => one.id === click.actionId);
  if (!action)
    throw badInput('This button is from another version of XEPA. Type `/xepa status` for the current state.');
  await action.run(deps, asker, await deps.store.load(click.installId));
}
