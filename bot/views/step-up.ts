import type { types } from '@slack/bolt';
import { actionIds } from './buttons.ts';
import { context, type Message, section } from './message.ts';
import { duration } from './units.ts';

/** One person's address of the passkey page. It stands only in the button: crawlers read links in texts. */
export interface PageLink {
  url: string;
  ttlSeconds: number;
}

/** After a click on Approve where a passkey is asked for: the click alone does not count. */
export function confirmVoteLink(link: PageLink): Message {
  const text = `Your click is recorded. It counts once you confirm it with your passkey, within ${lifeOf(link)}.`;
  return {
    text,
    blocks: [
      section(`🔑 ${text}`),
      linkButton(link, 'Confirm with passkey'),
      context('The page shows what you approve. Too late, or opened already? Press *Approve* again.'),
    ],
  };
}

/**
 * The way to link a passkey, or to manage those that are linked.
 * @param seen `linked`: so many are; `voting`: the person pressed Approve, and has none to confirm it with
 */
export function linkPasskeyLink(link: PageLink, seen: { linked: number; voting: boolean }): Message {
  const text = `${linkText(seen)} The link is for you alone and opens once, within ${lifeOf(link)}.`;
  return {
    text,
    blocks: [
      section(`🔑 ${text}`),
      linkButton(link, seen.linked === 0 ? 'Link a passkey' : 'Open my passkeys'),
      context(seen.voting ? 'Then press *Approve* again.' : 'Too late, or opened already? Type `/xepa link` again.'),
    ],
  };
}

function linkText({ linked, voting }: { linked: number; voting: boolean }): string {
  if (voting) return 'This approval counts only with a passkey, and none is linked to you yet. Link one first.';
  if (linked === 0)
    return 'No passkey is linked to you yet. With one you confirm approvals that need more than a click.';
  const many = linked === 1 ? 'A passkey is' : `${linked} passkeys are`;
  return `${many} linked to you. Show one of them to link another one, or to remove one.`;
}

function lifeOf({ ttlSeconds }: PageLink): string {
  return duration(ttlSeconds * 1000);
}

function linkButton({ url }: PageLink, text: string): types.ActionsBlock {
  return {
    type: 'actions',
    elements: [
      {
        type: 'button',
        action_id: actionIds.openLink,
        url,
        style: 'primary',
        text: { type: 'plain_text', text },
        accessibility_label: `${text}, in the browser`,
      },
    ],
  };
}
