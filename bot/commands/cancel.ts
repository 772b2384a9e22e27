import { findInstall } from '../find-install.ts';
import { cancelFor } from '../operations.ts';
import type { Command } from './spec.ts';

export const cancelCommand: Command = {
  spec: {
    verb: 'cancel',
    action: 'cancel',
    summary: 'Stops an install and puts the server back as it was; an overwritten disk stays overwritten.',
    target: { name: 'install|device', required: true },
    options: {},
    examples: ['/xepa cancel xe-7f3kq2'],
  },
  run: async (deps, asker, { target = '' }) => cancelFor(deps, asker, await findInstall(deps, target)),
};
