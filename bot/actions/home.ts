import { openInstallForm } from '../modals/install.ts';
import { homeActionIds } from '../views/buttons.ts';
import type { GeneralAction } from './action.ts';

/** Buttons of App Home. */
export const homeActions: readonly GeneralAction[] = [
  { id: homeActionIds.install, run: (deps, asker) => openInstallForm(deps, asker, {}) },
  { id: homeActionIds.refresh, run: (deps, asker) => deps.home.show(asker.user) },
];
