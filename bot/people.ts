import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Person } from './policy.ts';
import { slackSilent } from './slack-errors.ts';

const SlackUser = z.object({
  id: z.string(),
  team_id: z.string(),
  is_bot: z.boolean(),
  deleted: z.boolean(),
  // Slack leaves the next three out where they do not apply.
  is_restricted: z.boolean().default(false),
  is_ultra_restricted: z.boolean().default(false),
  is_stranger: z.boolean().default(false),
  /** In an Enterprise Grid a person belongs to several workspaces at once. */
  enterprise_user: z.object({ teams: z.array(z.string()).default([]) }).optional(),
});

/** Tells who somebody is, at the moment of asking: nothing is remembered, since people leave. */
export interface People {
  /** @throws XepaError slack-failed when Slack does not answer: nobody is let through on a guess */
  find(userId: string): Promise<Person>;
}

export function createPeople(deps: { client: webApi.WebClient; teamId: string }): People {
  return {
    async find(userId) {
      const answer = await deps.client.users.info({ user: userId }).catch((cause: unknown) => {
        throw slackSilent('who you are', cause);
      });
      const user = SlackUser.safeParse(answer.user);
      if (!user.success) throw slackSilent('who you are', user.error);
      return personOf(user.data, deps.teamId);
    },
  };
}

function personOf(user: z.infer<typeof SlackUser>, homeTeam: string): Person {
  const isHere = user.team_id === homeTeam || user.enterprise_user?.teams.includes(homeTeam) === true;
  return {
    id: user.id,
    isBot: user.is_bot,
    isRestricted: user.is_restricted,
    isUltraRestricted: user.is_ultra_restricted,
    deleted: user.deleted,
    isStranger: user.is_stranger,
    teamId: isHere ? homeTeam : user.team_id,
  };
}
