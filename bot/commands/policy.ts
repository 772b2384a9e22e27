import { badInput } from '../bad-input.ts';
import { nearest } from '../did-you-mean.ts';
import { findDevice } from '../find-device.ts';
import { authorise, situationOf } from '../judging.ts';
import { explain } from '../policy/explain.ts';
import { namedGroups } from '../policy/roles.ts';
import { actionNames } from '../policy/types.ts';
import { code, plain } from '../text.ts';
import { sentence } from '../views/message.ts';
import type { Command } from './spec.ts';

/** "Who would have to approve this, now?" Asked of the policy as it would be asked in earnest; nothing is recorded. */
export const policyTestCommand: Command = {
  spec: {
    verb: 'policy test',
    action: 'look',
    summary: 'Says who would have to approve something, now, and why.',
    target: { name: 'action', required: true },
    options: {
      device: { value: 'DEVICE', about: 'what it would be done to' },
      reason: { value: '"TEXT"', about: 'the reason that would be given' },
    },
    examples: ['/xepa policy test install --device db-01', '/xepa policy test freeze'],
  },
  async run(deps, asker, { target = '', options }) {
    await authorise(deps, asker, { action: 'look' });
    const action = actionNames.find((name) => name === target.toLowerCase());
    if (!action) throw unknownAction(target);
    const now = deps.clock.now();
    const device =
      options.device === undefined ? undefined : findDevice(options.device, await deps.inventory.read(), now);
    const { policy } = deps.policy.current();
    const person = await deps.people.find(asker.user, namedGroups(policy));
    const wish = { action, reason: options.reason ?? null, ...(device ? { device } : {}) };
    const said = explain(policy, await situationOf(deps, asker, { person, wish }));
    await asker.tell(sentence(`🧭 ${plain(said, 2_500)}`));
  },
};

function unknownAction(typed: string) {
  const near = nearest(typed, actionNames);
  const known = actionNames.map((name) => code(name)).join(', ');
  return badInput(
    `There is no action ${code(typed)}.${near ? ` Did you mean ${code(near)}?` : ''} There are ${known}.`,
  );
}
