import { findInstall } from '../find-install.ts';
import { authorise } from '../judging.ts';
import { installList } from '../views/install-list.ts';
import { rootMessage } from '../views/root-message.ts';
import type { Command } from './spec.ts';

const NEWEST = 5;

export const statusCommand: Command = {
  spec: {
    verb: 'status',
    action: 'look',
    summary: 'Shows you how far an install is, or the newest ones.',
    target: { name: 'install|device', required: false },
    options: {},
    examples: ['/xepa status', '/xepa status web-07'],
  },
  async run(deps, asker, { target }) {
    await authorise(deps, asker, { action: 'look' });
    if (target === undefined) return asker.tell(installList(await deps.store.listRecent(NEWEST), deps.clock.now()));
    await asker.tell(rootMessage(await findInstall(deps, target)));
  },
};
