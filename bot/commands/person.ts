import { badInput } from '../bad-input.ts';
import { code } from '../text.ts';

/** The Slack user id of somebody who was mentioned; the name beside it is user-made and not looked at. @throws XepaError bad-input */
export function parsePerson(typed: string): string {
  const [, id] = /^<@([UW][A-Z0-9]{2,})(?:\|[^>]*)?>$/.exec(typed) ?? [];
  if (id !== undefined) return id;
  throw badInput(
    `${code(typed, 60)} is nobody that Slack knows. Type \`@\` and pick the person from the list that Slack shows.`,
  );
}
