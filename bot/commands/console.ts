import { findInstall } from '../find-install.ts';
import { sendConsoleLink } from '../operations.ts';
import type { Command } from './spec.ts';

export const consoleCommand: Command = {
  spec: {
    verb: 'console',
    action: 'console',
    summary: "Gives you, and only you, a link to the installer's screen that opens once.",
    target: { name: 'install|device', required: true },
    options: {},
    examples: ['/xepa console web-07'],
  },
  run: async (deps, asker, { target = '' }) => sendConsoleLink(deps, asker, await findInstall(deps, target)),
};
