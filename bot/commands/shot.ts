import { consoleIsOpen } from '../../core/contracts/install.ts';
import { askWorker } from '../ask-worker.ts';
import { badInput } from '../bad-input.ts';
import { findInstall } from '../find-install.ts';
import { authorise } from '../judging.ts';
import { stateText } from '../operations.ts';
import { sentence } from '../views/message.ts';
import type { Command } from './spec.ts';

export const shotCommand: Command = {
  spec: {
    verb: 'shot',
    aliases: ['screenshot'],
    action: 'console-view',
    summary: "Puts a picture of the installer's screen into the install's thread.",
    target: { name: 'install|device', required: true },
    options: {},
    examples: ['/xepa shot web-07'],
  },
  async run(deps, asker, { target = '' }) {
    const record = await findInstall(deps, target);
    await authorise(deps, asker, { action: 'console-view', record });
    if (!consoleIsOpen(record)) {
      throw badInput(`There is a screen to take a picture of only while the installer runs. ${stateText(record)}`);
    }
    await askWorker(deps, asker, record, { what: 'picture', lines: 0, asFile: false });
    await asker.tell(sentence("Taking a picture of the installer's screen… It comes into the thread of the install."));
  },
};
