import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Person } from './policy/types.ts';
import { slackFailure, slackSilent } from './slack-errors.ts';
import { label } from './text.ts';

const SlackUser = z.object({
  id: z.string(),
  team_id: z.string(),
  is_bot: z.boolean(),
  deleted: z.boolean(),
  // Slack leaves the next three out where they do not apply.
  is_restricted: z.boolean().default(false),
  is_ultra_restricted: z.boolean().default(false),
  is_stranger: z.boolean().default(false),
  /** Only shown, so nobody is turned away for a name that is missing. */
  profile: z
    .object({ display_name: z.string().catch(''), real_name: z.string().catch('') })
    .optional()
    .catch(undefined),
  /** In an Enterprise Grid a person belongs to several workspaces at once. */
  enterprise_user: z.object({ teams: z.array(z.string()).default([]) }).optional(),
});

/** Tells who somebody is and which of these groups they are in, at the moment of asking: nothing is remembered, since people leave. */
export interface People {
  /** @throws XepaError slack-failed when Slack does not answer: nobody is let through on a guess */
  find(userId: string, groups: readonly string[]): Promise<Person>;
  /** Who is in these user groups now, each once. @throws XepaError slack-failed */
  membersOf(groups: readonly string[]): Promise<string[]>;
}

export function createPeople(deps: { client: webApi.WebClient; teamId: string }): People {
  return {
    async find(userId, groups) {
      const answer = await deps.client.users.info({ user: userId }).catch((cause: unknown) => {
        throw slackSilent('who you are', cause);
      });
      const user = SlackUser.safeParse(answer.user);
      if (!user.success) throw slackSilent('who you are', user.error);
      return { ...personOf(user.data, deps.teamId), groups: await groupsOf(deps.client, userId, groups) };
    },
    async membersOf(groups) {
      const asked = groups.map((group) => membersOf(deps.client, group));
      return [...new Set((await Promise.all(asked)).flat())];
    },
  };
}

const Members = z.object({ users: z.array(z.string()) });

/** As long as Slack allows. */
const LONGEST_NAME = 80;

/** The user groups that hold this person. */
async function groupsOf(client: webApi.WebClient, userId: string, groups: readonly string[]): Promise<string[]> {
  const asked = groups.map(async (group) => ((await membersOf(client, group)).includes(userId) ? [group] : []));
  return (await Promise.all(asked)).flat();
}

/** A group that is switched off or gone holds nobody. */
async function membersOf(client: webApi.WebClient, usergroup: string): Promise<string[]> {
  const answer = await client.usergroups.users.list({ usergroup }).catch((cause: unknown) => {
    const failure = slackFailure(cause);
    if (failure.kind === 'refused' && failure.error === 'no_such_subteam') return { users: [] };
    throw slackSilent('who is in a user group of the policy', cause);
  });
  const members = Members.safeParse(answer);
  if (!members.success) throw slackSilent('who is in a user group of the policy', members.error);
  return members.data.users;
}

function personOf(user: z.infer<typeof SlackUser>, homeTeam: string): Omit<Person, 'groups'> {
  const isHere = user.team_id === homeTeam || user.enterprise_user?.teams.includes(homeTeam) === true;
  const name = label(user.profile?.display_name || user.profile?.real_name || '', LONGEST_NAME);
  return {
    id: user.id,
    ...(name === '' ? {} : { name }),
    isBot: user.is_bot,
    isRestricted: user.is_restricted,
    isUltraRestricted: user.is_ultra_restricted,
    deleted: user.deleted,
    isStranger: user.is_stranger,
    teamId: isHere ? homeTeam : user.team_id,
  };
}
