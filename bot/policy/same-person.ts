import type { Policy } from './schema.ts';

/** Stands for one human in every comparison: the first of the Slack ids that the policy says are the same person. */
export function humanOf({ same_person }: Pick<Policy, 'same_person'>, slackUser: string): string {
  return same_person.find((ids) => ids.includes(slackUser))?.[0] ?? slackUser;
}
