import { sendConsoleLink } from '../console-links.ts';
import { findInstall } from '../find-install.ts';
import { revokeConsoles } from '../revoke-consoles.ts';
import type { Command } from './spec.ts';
import { parseTtl } from './ttl.ts';
import { parsePerson } from './typed.ts';

const target = { name: 'install|device', required: true };

export const consoleCommand: Command = {
  spec: {
    verb: 'console',
    action: 'console',
    summary: "Gives you, or somebody you name, a link to the installer's screen that opens once.",
    target,
    options: {
      'view-only': { value: null, about: 'only to watch: keys and mouse do nothing' },
      for: { value: '@USER', about: 'who gets the link, and nobody else sees it' },
      ttl: { value: 'TIME', about: 'how long the link may be opened, 60s to 5m' },
    },
    examples: ['/xepa console web-07', '/xepa console web-07 --view-only --for @bob', '/xepa console web-07 --ttl 3m'],
  },
  async run(deps, asker, { target: typed = '', options, flags }) {
    const receiver = options.for === undefined ? undefined : parsePerson(options.for);
    const ttlSeconds = options.ttl === undefined ? undefined : parseTtl(options.ttl);
    const right = flags.has('view-only') ? 'view' : 'control';
    await sendConsoleLink(deps, asker, { record: await findInstall(deps, typed), right, receiver, ttlSeconds });
  },
};

export const consoleRevokeCommand: Command = {
  spec: {
    verb: 'console revoke',
    action: 'console',
    summary: 'Closes all consoles of an install and voids its links; the install goes on.',
    target,
    options: {},
    examples: ['/xepa console revoke web-07'],
  },
  run: async (deps, asker, { target: typed = '' }) => revokeConsoles(deps, asker, await findInstall(deps, typed)),
};
