import { consoleIsOpen } from '../../core/contracts/install.ts';
import { bootAction } from '../actions/running.ts';
import { badInput } from '../bad-input.ts';
import { findInstall } from '../find-install.ts';
import { authorise } from '../judging.ts';
import { stateText } from '../operations.ts';
import { releaseAdvice } from '../views/advice.ts';
import { press } from './press.ts';
import type { Command } from './spec.ts';

export const releaseCommand: Command = {
  spec: {
    verb: 'release',
    action: 'boot-metal',
    summary: 'Says that the installer is done: stops the VM and boots the server from its disk.',
    target: { name: 'install|device', required: true },
    options: {},
    examples: ['/xepa release web-07'],
  },
  async run(deps, asker, { target = '' }) {
    const record = await findInstall(deps, target);
    if (consoleIsOpen(record)) return press(() => bootAction.run(deps, asker, record, 0), deps, asker, record);
    await authorise(deps, asker, { action: 'boot-metal', record });
    throw badInput(`${stateText(record)} ${releaseAdvice(record)}`);
  },
};
