import { yesVotes } from '../../core/approval-votes.ts';
import type { Approval } from '../../core/contracts/approval.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { plain } from '../text.ts';
import { who } from './names.ts';

/** "approved by @bob and @carol", "denied by @bob", "expired", "withdrawn": what became of the request, ready for mrkdwn. */
export function decisionText(record: InstallRecord): string {
  const { approval } = record;
  if (approval?.state === 'approved') return approvedText(approval);
  if (approval?.state === 'denied' && approval.by) {
    return `denied by ${who(approval.by)}${approval.reason ? `: ${plain(approval.reason, 500)}` : ''}`;
  }
  if (approval?.state === 'expired') return 'expired: nobody decided in time';
  return record.cancel ? `withdrawn by ${who(record.cancel.by)}` : 'no longer open';
}

function approvedText({ breakGlass, votes, by }: Approval): string {
  if (breakGlass) return `put through without votes by ${who(breakGlass.by)} in an emergency`;
  const given = yesVotes(votes);
  const names = given.length > 0 ? given.map((vote) => who(vote.by)) : [by ? who(by) : 'nobody'];
  return `approved by ${names.join(' and ')}`;
}
