import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Asker, BotDeps } from '../deps.ts';
import type { OpenForm } from '../modals/modal.ts';

/**
 * What a button does. The record is as it was when the click arrived; changes go through compare-and-set. `round` is that
 * of the approval card on which it stood, 0 elsewhere.
 */
export interface Action {
  /** The button's action_id. */
  id: string;
  /** @throws XepaError whose userMessage is shown to the person alone */
  run(deps: BotDeps, asker: Asker, record: InstallRecord, round: number): Promise<void>;
}

/** What a button in a form does. */
export interface FormAction {
  id: string;
  run(deps: BotDeps, asker: Asker, form: OpenForm): Promise<void>;
}

/** What a button of a message does that is about no install. */
export interface GeneralAction {
  id: string;
  /** @param value the button's own; whoever clicks may have made it up */
  run(deps: BotDeps, asker: Asker, value: string): Promise<void>;
}
