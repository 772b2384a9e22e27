import type { Person } from '../policy/types.ts';
import type { Entitlement } from '../rights.ts';
import { cut, escapeText, mention } from '../text.ts';
import { context, type Message, section, sections } from './message.ts';
import { reasonsText } from './reasons.ts';

/**
 * Who Slack says that somebody is, and what that lets them do.
 * @param about `named`: people who may occur in the reasons
 */
export function whoami(
  person: Person,
  about: { teamId: string; entitlements: readonly Entitlement[]; named: readonly string[] },
): Message {
  const { teamId, entitlements, named } = about;
  const kind = kindOf(person, teamId);
  const lines = entitlements.map(({ does, reasons }) =>
    reasons.length === 0
      ? `✅ You may ${escapeText(does)}.`
      : `🚫 You may not ${escapeText(does)}: ${reasonsText([cut(reasons.join(' '), 400)], named)}`,
  );
  const text = `Slack says that you are ${mention(person.id)}, ${kind}.`;
  return {
    text,
    blocks: [
      section(text),
      ...sections(lines),
      context('Slack is asked anew at every command and click. Nobody decides on their own request.'),
    ],
  };
}

function kindOf(person: Person, teamId: string): string {
  if (person.isBot) return 'a bot';
  if (person.deleted) return 'a deactivated account';
  if (person.isStranger || person.teamId !== teamId) return 'somebody of another organisation';
  if (person.isUltraRestricted) return 'a guest of one channel';
  return person.isRestricted ? 'a guest' : 'a full member of this workspace';
}
