import { askForConsole } from '../ask-console.ts';
import { DEVICE_CONSOLE_ID } from '../views/buttons.ts';
import type { GeneralAction } from './action.ts';

/** At a device: asks whether it is to be restarted to show the system on its disk. */
export const deviceConsoleAction: GeneralAction = {
  id: DEVICE_CONSOLE_ID,
  run: (deps, asker, value) => askForConsole(deps, asker, { device: value }),
};
