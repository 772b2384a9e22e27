import { authorise } from '../judging.ts';
import { installList } from '../views/install-list.ts';
import type { Command } from './spec.ts';

/** As many lines as surely fit into one section. */
const NEWEST = 15;

export const listCommand: Command = {
  spec: {
    verb: 'list',
    action: 'look',
    summary: 'Lists the newest installs.',
    target: null,
    options: {},
    examples: ['/xepa list'],
  },
  async run(deps, asker) {
    await authorise(deps, asker, { action: 'look' });
    await asker.tell(installList(await deps.store.listRecent(NEWEST), deps.clock.now()));
  },
};
