import type { RecordingTerms } from '../../core/contracts/recording.ts';
import { elsewhere } from '../other-workspaces.ts';
import { actions } from './actions.ts';
import { outsiderReason } from './full-member.ts';
import { wallText } from './local-time.ts';
import { matchingRules } from './match.ts';
import { channelObstacle, isProduction, roleObstacle } from './may-act.ts';
import { protectedUntil } from './protected-hours.ts';
import { reasonObstacles, shortOf } from './reason.ts';
import { recordingOf } from './recording.ts';
import type { Policy, Rule } from './schema.ts';
import { tagsAmong } from './tags.ts';
import { termsOf } from './terms.ts';
import type { ApprovalTerms, Judgement, Situation } from './types.ts';

/** What was found out about a wish. `wanting` are obstacles that a better reason would remove. */
export interface Findings {
  rules: readonly string[];
  obstacles: readonly string[];
  wanting: readonly string[];
  terms: ApprovalTerms;
  /** How the console of an install has to be recorded; null: not at all. */
  recording: RecordingTerms | null;
  /** Rules that want the ISO of an install verified before anything starts from it. */
  digestFirst: readonly string[];
}

/** May this be done, and who has to agree first? Asked anew at every command and click; nothing is remembered. */
export function judge(policy: Policy, situation: Situation): Judgement {
  const { rules, obstacles, wanting, terms, recording, digestFirst } = inquire(policy, situation);
  const reasons = [...obstacles, ...wanting];
  if (reasons.length > 0) return { kind: 'refused', reasons, rules };
  const isEmergency = situation.action === 'break-glass';
  const found = {
    rules,
    ...(recording ? { recording } : {}),
    ...(digestFirst.length > 0 ? { digestFirst } : {}),
  };
  return terms.needs.length > 0 || isEmergency
    ? { kind: 'needs-approval', ...found, terms }
    : { kind: 'allowed', ...found };
}

/** Everything there is to say about a wish, of which `judge` makes a judgement. */
export function inquire(policy: Policy, situation: Situation): Findings {
  const { action, device, person, reason } = situation;
  const outside = outsiderReason(person, situation.teamId);
  // Outsiders are told nothing of the policy.
  if (outside !== null) {
    const nothing = { terms: termsOf(policy, [], null), recording: null, digestFirst: [] };
    return { rules: [], obstacles: [outside], wanting: [], ...nothing };
  }
  const rules = matchingRules(policy, situation);
  const terms = termsOf(policy, rules, device);
  const found = [
    roleObstacle(policy, situation, terms),
    channelObstacle(policy, situation),
    ...freezeObstacles(situation),
    lockObstacle(situation),
    ...rules.flatMap(({ name, forbid }) => (forbid ? [`Rule ${name} forbids it.`] : [])),
    unruledObstacle(policy, situation, terms),
    ...hoursObstacles(situation, rules, terms),
  ];
  const wanting = action === 'break-glass' ? emergencyReason(terms, reason) : reasonObstacles(rules, reason);
  return {
    rules: rules.map(({ name }) => name),
    obstacles: found.filter((text) => text !== null),
    wanting,
    terms,
    recording: recordingOf(rules),
    digestFirst: rules.flatMap(({ name, iso }) => (iso ? [name] : [])),
  };
}

/** Fail closed: on production nobody may do what no rule says who has to agree to. */
function unruledObstacle(policy: Policy, { action, device }: Situation, { needs }: ApprovalTerms): string | null {
  if (!device || !actions[action].guarded || needs.length > 0 || !isProduction(policy, device)) return null;
  const tags = tagsAmong(device.tags, policy.production_tags).join(', ');
  return `${device.name} is a production device (tag ${tags}), and no rule says who has to agree to this, so nobody may do it.`;
}

function freezeObstacles({ action, device, freezes, now }: Situation): string[] {
  if (!actions[action].changes) return [];
  const held = freezes.filter(
    ({ tag, until }) =>
      (until === null || until > now) && (tag === null || tagsAmong(device?.tags ?? [], [tag]).length > 0),
  );
  return held.map(({ tag, until, reason, by }) => {
    const what = tag === null ? 'Everything is frozen' : `Devices with the tag ${tag} are frozen`;
    return `${what} ${madeText({ by, reason, until })}`;
  });
}

function lockObstacle({ action, lock, now, person }: Situation): string | null {
  if (!actions[action].changes || !lock || lock.by === person.id) return null;
  if (lock.until !== null && lock.until <= now) return null;
  return `The device is locked ${madeText(lock)}`;
}

function hoursObstacles({ action, now }: Situation, rules: readonly Rule[], { breakGlass }: ApprovalTerms): string[] {
  if (action === 'break-glass') return [];
  const except = breakGlass ? ' In an emergency a break glass opens it.' : '';
  return rules.flatMap(({ name, protected_hours: hours }) => {
    const end = hours ? protectedUntil(hours, now) : null;
    if (!hours || end === null) return [];
    const until = Number.isFinite(end) ? `until ${wallText(end, hours.tz)}` : 'with no end within a year';
    return [`Rule ${name} has protected hours, ${until}.${except}`];
  });
}

/** In an emergency nobody looks up a ticket number: only the length counts, and a person reviews it afterwards. */
function emergencyReason({ breakGlass }: ApprovalTerms, reason: string | null): string[] {
  const problem = breakGlass ? shortOf(reason ?? '', breakGlass.reasonMin) : null;
  return problem === null ? [] : [`Breaking the glass needs a reason ${problem}.`];
}

/** "by U01ALICE until …: its reason"; of another workspace neither who nor why is told. */
function madeText({ by, reason, until }: { by: string; reason: string; until: number | null }): string {
  return by === elsewhere ? `in another workspace${untilText(until)}.` : `by ${by}${untilText(until)}: ${reason}`;
}

function untilText(until: number | null): string {
  return until === null ? '' : ` until ${wallText(until, 'UTC')}`;
}
