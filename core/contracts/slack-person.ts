/** Somebody in Slack. User ids name one person only within their workspace: elsewhere the same id may be another's. */
export interface SlackPerson {
  team: string;
  user: string;
}

/** "T01ACME/U02BOB" */
export function personKey({ team, user }: SlackPerson): string {
  return `${team}/${user}`;
}
