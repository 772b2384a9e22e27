import type { Person } from './types.ts';

/** Why this person counts for nothing here, whatever the policy says; null for a full member of the workspace. */
export function outsiderReason(person: Person, teamId: string): string | null {
  if (person.isBot) return 'Bots and apps may not do this; a person has to.';
  if (person.deleted) return 'This Slack account is deactivated.';
  if (person.isStranger || person.teamId !== teamId) {
    return 'People of other organisations may not do this; a member of this workspace has to.';
  }
  if (person.isRestricted || person.isUltraRestricted) {
    return 'Guests may not do this; a full member of this workspace has to.';
  }
  return null;
}
