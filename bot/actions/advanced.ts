import { followDevice, toggleAdvanced } from '../modals/install.ts';
import { ADVANCED_ID } from '../views/advanced-fields.ts';
import { deviceMenuId } from '../views/install-form.ts';
import type { FormAction } from './action.ts';

/** Shows or hides the advanced options of the form for an install. */
export const advancedAction: FormAction = { id: ADVANCED_ID, run: toggleAdvanced };

/** A device was picked in it. */
export const deviceAction: FormAction = { id: deviceMenuId, run: followDevice };
