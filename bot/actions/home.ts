import type { Asker, BotDeps } from '../deps.ts';
import { openInstallForm } from '../modals/install.ts';

/** Buttons of App Home: they concern no install. */
export async function pressAtHome(deps: BotDeps, asker: Asker, actionId: string): Promise<boolean> {
  switch (actionId) {
    case 'xepa.home-install':
      await openInstallForm(deps, asker, {});
      return true;
    case 'xepa.home-refresh':
      await deps.home.show(asker.user);
      return true;
    default:
      return false;
  }
}
