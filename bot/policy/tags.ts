import type { Policy } from './schema.ts';

/** The tags that are in a list, as the device has them. Upper and lower case do not matter. */
export function tagsAmong(tags: readonly string[], list: readonly string[]): string[] {
  const wanted = new Set(list.map((tag) => tag.toLowerCase()));
  return tags.filter((tag) => wanted.has(tag.toLowerCase()));
}

/** Tags that keep a rule away: with them less may be asked for. */
export function exemptingTags(policy: Policy): string[] {
  return [...new Set(policy.rules.flatMap(({ match }) => match.not_tags ?? []))];
}

/** Tags by which the policy tells production, or on which one of its rules hangs: without them less may be asked for. */
export function protectingTags(policy: Policy): string[] {
  const ruled = policy.rules.flatMap(({ match, require }) => [
    ...(match.tags ?? []),
    ...require.flatMap(({ when_tags }) => when_tags ?? []),
  ]);
  return [...new Set([...policy.production_tags, ...ruled])];
}

/** Whether a rule hangs on whose a device is: who has it from somebody else may be asked for less. */
export function protectsOwners(policy: Policy): boolean {
  return policy.rules.some(({ match }) => match.owner !== undefined);
}
