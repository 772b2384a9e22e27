import { authorise } from '../judging.ts';
import { slackActor } from '../operations.ts';
import { linkPasskeyLink } from '../views/step-up.ts';
import type { Command } from './spec.ts';

export const linkCommand: Command = {
  spec: {
    verb: 'link',
    action: 'look',
    summary: 'Links a passkey to you, with which you confirm approvals that need more than a click.',
    target: null,
    options: {},
    examples: ['/xepa link'],
  },
  async run(deps, asker) {
    await authorise(deps, asker, { action: 'look' });
    const { team, user } = asker;
    const linked = (await deps.passkeys.list({ team, user })).length;
    const { ticket, ttlSeconds } = await deps.stepUpLinks.issueLink({ team, user });
    await deps.trail.note({ type: 'passkey-link-issued', actor: slackActor(asker), detail: { team, linked } });
    const url = `${deps.rules.publicUrl}/p#${ticket}`;
    await asker.tell(linkPasskeyLink({ url, ttlSeconds }, { linked, voting: false }));
  },
};
