import { missing } from '../../core/approval-votes.ts';
import type { Approval, Need, Vote } from '../../core/contracts/approval.ts';
import { plain } from '../text.ts';
import { who } from './names.ts';

/** "1 of sre-leads and 1 of dba": what has to be there besides these votes. */
export function missingText(needs: readonly Need[], votes: readonly Vote[], requesterId = ''): string {
  const parts = missing(needs, votes, requesterId).map(({ count, label }) => `${count} × ${plain(label, 60)}`);
  return parts.length === 0 ? 'nobody' : parts.join(' and ');
}

/** What a vote still lacks. */
const pending: Partial<Record<Vote['stepUp'], string>> = { awaited: ' (passkey awaited)', shown: ' (being checked)' };

/** Who has agreed, and who is still needed: a line for the card. */
export function needsLine(approval: Approval, requesterId: string): string {
  const given = approval.votes.map(({ by, stepUp }) => `☑ ${who(by)}${pending[stepUp] ?? ''}`);
  const left = missing(approval.needs, approval.votes, requesterId).map(
    ({ count, label }) => `☐ ${count} × ${plain(label, 60)}`,
  );
  return [...given, ...left].join('  ·  ');
}
