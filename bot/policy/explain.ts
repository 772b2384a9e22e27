import type { Need } from '../../core/contracts/approval.ts';
import type { RecordingTerms } from '../../core/contracts/recording.ts';
import { keptFor } from '../views/recorded.ts';
import { duration } from '../views/units.ts';
import { actions } from './actions.ts';
import { inquire } from './judge.ts';
import type { Policy } from './schema.ts';
import type { ApprovalTerms, Situation } from './types.ts';

/**
 * What the policy would say now, for somebody who only asks: "Installing on db-01 (prod, db) now needs 2 approvals: …".
 * Plain text, to be escaped. A reason that nobody gave yet is no refusal here; what is wanted of it is said at the end.
 */
export function explain(policy: Policy, situation: Situation): string {
  const { rules, obstacles, wanting, terms, recording, digestFirst } = inquire(policy, situation);
  const what = whatOf(situation);
  const preview = situation.reason === null ? wanting : [];
  const refused = [...obstacles, ...(preview.length > 0 ? [] : wanting)];
  const answer = answerOf({ rules, terms, isEmergency: situation.action === 'break-glass' });
  const sentences =
    refused.length > 0
      ? [`${what} is refused now.`, ...refused.map(ended), ...otherwise(answer, terms)]
      : [`${what} now ${answer}.`];
  return [...sentences, ...preview, ...recorded(recording), ...verified(digestFirst)].join(' ');
}

/** "needs 2 approvals: 1 of sre-leads and 1 of dba, by rule prod-reinstall; you cannot approve it yourself; …". */
function answerOf(found: { rules: readonly string[]; terms: ApprovalTerms; isEmergency: boolean }): string {
  const { terms } = found;
  if (found.isEmergency) return emergency(terms);
  if (terms.needs.length === 0) return 'needs no approval';
  const total = terms.needs.reduce((sum, { count }) => sum + count, 0);
  return [
    `needs ${total} approval${total === 1 ? '' : 's'}: ${joined(terms.needs.map(needText))}${byRules(found.rules)}`,
    ...(total > 1 ? ['nobody counts twice'] : []),
    'you cannot approve it yourself',
    ...conditions(terms),
  ].join('; ');
}

function conditions(terms: ApprovalTerms): string[] {
  const { startWithinMs } = terms;
  return [
    ...(terms.stepUp ? ['each approval needs a passkey'] : []),
    ...(terms.typedHostname ? ["you have to type the device's name"] : []),
    ...(terms.knownDisks ? ['its disks must be known before'] : []),
    ...(terms.denyReason ? ['who denies has to say why'] : []),
    `it expires after ${duration(terms.expiresInMs)}`,
    ...(startWithinMs === null ? [] : [`once approved it must start within ${duration(startWithinMs)}`]),
    ...(terms.breakGlass
      ? [`in an emergency the role ${terms.breakGlass.roles.join(' or ')} may break the glass`]
      : []),
  ];
}

function emergency({ breakGlass }: ApprovalTerms): string {
  if (!breakGlass) return 'is not possible';
  return [
    'needs nobody’s approval',
    `it takes effect after ${duration(breakGlass.delayMs)}, and can be stopped until then`,
    `somebody else has to review it within ${duration(breakGlass.reviewWithinMs)}`,
  ].join('; ');
}

/** What there would be to do without the obstacles; where nothing would be, nothing is said. */
function otherwise(answer: string, { needs }: ApprovalTerms): string[] {
  return needs.length > 0 ? [`Apart from that it ${answer}.`] : [];
}

function recorded(recording: RecordingTerms | null): string[] {
  return recording ? [`Its console is recorded${byRules(recording.rules)}, and that is ${keptFor(recording)}.`] : [];
}

function verified(rules: readonly string[]): string[] {
  return rules.length > 0 ? [`Its ISO needs a checksum and is verified before it is used${byRules(rules)}.`] : [];
}

function needText({ count, label, users, groups }: Need): string {
  return users.length + groups.length > 0 ? `${count} of ${label}` : `${count} by anybody else`;
}

function whatOf({ action, device }: Situation): string {
  const { doing } = actions[action];
  if (!device) return doing;
  return `${doing} on ${device.name}${device.tags.length > 0 ? ` (${device.tags.join(', ')})` : ''}`;
}

function byRules(rules: readonly string[]): string {
  return rules.length === 0 ? '' : `, by rule${rules.length > 1 ? 's' : ''} ${joined(rules)}`;
}

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
