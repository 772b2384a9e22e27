import { namedIn, situationOf } from '../judging.ts';
import { namedGroups, namedUsers } from '../policy/roles.ts';
import { entitlementsOf } from '../rights.ts';
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
  forOutsiders: true,
  async run(deps, asker) {
    const { policy } = deps.policy.current();
    const person = await deps.people.find(asker.user, namedGroups(policy));
    const situation = await situationOf(deps, asker, { person, wish: { action: 'look' } });
    const entitlements = entitlementsOf(policy, situation);
    const named = [...namedIn(situation), ...namedUsers(policy)];
    await asker.tell(whoami(person, { teamId: deps.rules.teamId, entitlements, named }));
  },
};
