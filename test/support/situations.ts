import { parsePolicy } from '../../bot/policy/parse-policy.ts';
import type { Policy } from '../../bot/policy/schema.ts';
import type { Person, Situation } from '../../bot/policy/types.ts';
import type { Need, Vote } from '../../core/contracts/approval.ts';

export const TEAM = 'T01TEST';

/** Monday, 30 November 2026, 12:00 in Berlin. */
export const NOON = Date.parse('2026-11-30T11:00:00Z');

export function person(id: string, parts: Partial<Person> = {}): Person {
  const flags = { isBot: false, isRestricted: false, isUltraRestricted: false, deleted: false, isStranger: false };
  return { id, teamId: TEAM, groups: [], ...flags, ...parts };
}

export const alice = person('U01ALICE');
export const bob = person('U02BOB');

export function situation(parts: Partial<Situation> = {}): Situation {
  return {
    action: 'install',
    device: { name: 'web-01', tags: [] },
    person: alice,
    teamId: TEAM,
    channel: 'C01OPS',
    now: NOON,
    reason: null,
    freezes: [],
    lock: null,
    ...parts,
  };
}

/** A policy of a few lines of YAML after the version. */
export function policyOf(yaml: string): Policy {
  return parsePolicy(`version: 1\n${yaml}`, 'policy.yaml');
}

export function need(parts: Partial<Need> = {}): Need {
  return { label: 'somebody else', count: 1, users: [], groups: [], ...parts };
}

export function vote(id: string, fits: number[], parts: Partial<Vote> = {}): Vote {
  return { by: { via: 'slack', id }, at: NOON, fits, stepUp: 'not-needed', ...parts };
}

/** Every Slack user is one human. */
export const himself = (slackUser: string): string => slackUser;
