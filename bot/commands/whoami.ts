import { rights } from '../rights.ts';
import { whoami } from '../views/whoami.ts';
import type { Command } from './spec.ts';

/** Anybody may ask this about themselves, guests too: it is how they learn why the rest is refused. */
export const whoamiCommand: Command = {
  spec: {
    verb: 'whoami',
    action: 'look',
    summary: 'Tells you who Slack says you are, and what you may do here.',
    target: null,
    options: {},
    examples: ['/xepa whoami'],
  },
  async run(deps, asker) {
    const person = await deps.people.find(asker.user);
    const entitlements = rights.map(({ does, may }) => ({ does, verdict: may(person, deps.rules) }));
    await asker.tell(whoami(person, deps.rules.teamId, entitlements));
  },
};
