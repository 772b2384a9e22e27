import { type Refusal, type RefusalCode, refuse } from '../refusals.ts';
import type { WhyNot } from './confirm-vote.ts';

const again = 'In Slack, press Approve again for a new one, or type /xepa link to link a passkey.';

const links: Record<'bad' | 'expired' | 'used', [RefusalCode, string]> = {
  bad: ['bad-link', `This link is incomplete, was changed on its way, or is from before an update. ${again}`],
  expired: ['expired-link', `This link has expired. ${again}`],
  used: ['used-link', `This link was already used; each one works once. ${again}`],
};

/** A link that does not open the passkey page. */
export function refuseLink(why: 'bad' | 'expired' | 'used'): Refusal {
  const [code, text] = links[why];
  return refuse(code, text);
}

const votes: Record<WhyNot, string> = {
  'not-asked': 'This install needs no approval.',
  elsewhere: 'This install belongs to another Slack workspace than the one in which you got this link.',
  approved: 'Others have approved this install already, so your vote is not needed any more.',
  denied: 'This install was denied, so your vote does not count any more.',
  expired: 'Time is up: this request for approval has expired. Whoever wants the install has to ask again.',
  withdrawn: 'This request was withdrawn, so there is nothing to approve any more.',
  'other-round':
    'The votes were voided after you pressed Approve, because what is to be approved has changed. Read the new card in Slack, and press Approve there.',
  changed: 'What is to be approved is no longer what you voted for. Read the card in Slack, and press Approve there.',
  'no-vote': 'There is no vote of yours to confirm. Press Approve in Slack first.',
  shown:
    'Your passkey was accepted already; XEPA is still to look whether the vote may count now. The card in Slack will show it.',
  counted: 'Your vote counts already. There is nothing left to do here.',
};

/** A vote that was proven, and that the policy lets count no more. @param why sentences */
export function refuseTurnedAway(why: readonly string[]): Refusal {
  const hint = 'When that is over, press Approve in Slack again.';
  return refuse(
    'vote-turned-away',
    ['Your passkey was accepted, but the vote does not count now.', ...why.map(sentenceOf), hint].join(' '),
  );
}

/** The words of a freeze or a lock are its author's, who may have left out the full stop. */
function sentenceOf(text: string): string {
  return /[.!?…]$/u.test(text) ? text : `${text}.`;
}

/** A vote that cannot be made to count. */
export function refuseVote(why: WhyNot): Refusal {
  return refuse('vote-void', votes[why]);
}
