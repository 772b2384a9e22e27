import { badInput } from '../bad-input.ts';
import type { Asker, BotDeps } from '../deps.ts';
import type { OpenForm } from '../modals/modal.ts';
import { ROUND_MARK } from '../views/button.ts';
import { actionIds } from '../views/buttons.ts';
import type { Action, FormAction, GeneralAction } from './action.ts';
import { advancedAction, deviceAction } from './advanced.ts';
import { approveAction, denyAction } from './decide.ts';
import { deviceConsoleAction } from './device-console.ts';
import { homeActions } from './home.ts';
import { pageActions } from './pages.ts';
import { answerActions } from './questions.ts';
import { playAction } from './recordings.ts';
import { bootAction, cancelAction, consoleAction, watchAction } from './running.ts';
import { showAction } from './show.ts';
import { fixedAction, retryAction } from './stuck.ts';

/** Buttons that are about no install. */
const generalActions: readonly GeneralAction[] = [...homeActions, ...pageActions, deviceConsoleAction, playAction];

/** Buttons and menus in forms. */
const formActions: readonly FormAction[] = [advancedAction, deviceAction];

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
  showAction,
  ...answerActions,
];

/** Runs what a button stands for. @throws XepaError for the person's eyes */
export async function runAction(
  deps: BotDeps,
  asker: Asker,
  click: { actionId: string; value: string; form?: OpenForm | undefined },
): Promise<void> {
  // A button with an address opens it by itself; Slack only wants the click acknowledged.
  if (click.actionId === actionIds.openLink) return;
  const inForm = formActions.find((one) => one.id === click.actionId);
  if (inForm && click.form) return inForm.run(deps, asker, click.form);
  const general = generalActions.find((one) => one.id === click.actionId);
  if (general) return general.run(deps, asker, click.value);
  const action = actions.find((one) => one.id === click.actionId);
  if (!action)
    throw badInput('This button is from another version of XEPA. Type `/xepa status` for the current state.');
  const [installId = '', round] = click.value.split(ROUND_MARK);
  await action.run(deps, asker, await deps.store.load(installId), Number(round ?? 0));
}
