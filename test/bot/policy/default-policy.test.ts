import { describe, expect, test } from 'vitest';
import { defaultPolicy, type PolicySettings } from '../../../bot/policy/default-policy.ts';
import { judge } from '../../../bot/policy/judge.ts';
import { Policy } from '../../../bot/policy/schema.ts';
import type { InstallSituation, Person, Situation } from '../../../bot/policy/types.ts';
import { voteObstacle } from '../../../bot/policy/votes.ts';
import { alice, bob, himself, need, person, situation, TEAM } from '../../support/situations.ts';

const carol = person('U03CAROL');
const nobodyListed: PolicySettings = {
  XEPA_PROTECTED_TAGS: ['prod'],
  XEPA_REQUESTERS: [],
  XEPA_APPROVERS: [],
  XEPA_APPROVAL_MINUTES: 30,
};
const settings = (parts: Partial<PolicySettings>) => defaultPolicy({ ...nobodyListed, ...parts });
const byAlice: InstallSituation = { requester: 'U01ALICE', approvedBy: [], neededApproval: false };
const approved: InstallSituation = { ...byAlice, approvedBy: ['U02BOB'], neededApproval: true };
const protectedDevice = { name: 'db-01', tags: ['PROD'] };

function kind(policy: Policy, parts: Partial<Situation>) {
  return judge(policy, situation(parts)).kind;
}

describe.each([
  ['a guest', { isRestricted: true }],
  ['a guest of one channel', { isUltraRestricted: true }],
  ['a bot', { isBot: true }],
  ['a deactivated account', { deleted: true }],
  ['a stranger in a shared channel', { isStranger: true }],
  ['somebody of another workspace', { teamId: 'T09OTHER' }],
] satisfies [string, Partial<Person>][])('%s', (_name, parts) => {
  const outsider = person('U09OUT', parts);
  const policy = settings({ XEPA_REQUESTERS: ['U09OUT'], XEPA_APPROVERS: ['U09OUT'] });
  const own = { ...byAlice, requester: 'U09OUT' };

  test.each(['look', 'install', 'approve', 'cancel', 'console', 'console-view', 'audit'] as const)(
    'may not %s, not even when listed, nor on an own install',
    (action) => {
      expect(kind(policy, { action, person: outsider, install: own })).toBe('refused');
    },
  );

  test('has no vote', () => {
    expect(
      voteObstacle({ needs: [need()], votes: [], requester: 'U01ALICE', humanOf: himself }, outsider, TEAM),
    ).not.toBeNull();
  });
});

test.each<[string, Partial<PolicySettings>, Partial<Situation>, string]>([
  ['every full member may ask while nobody is listed', {}, { person: bob }, 'allowed'],
  ['somebody listed may ask', { XEPA_REQUESTERS: ['U02BOB'] }, { person: bob }, 'allowed'],
  ['somebody not listed may not ask', { XEPA_REQUESTERS: ['U01ALICE'] }, { person: bob }, 'refused'],
  ['a protected device needs votes, whatever the case of its tag', {}, { device: protectedDevice }, 'needs-approval'],
  ['another full member may approve', {}, { action: 'approve', person: bob }, 'allowed'],
  ['only listed approvers may', { XEPA_APPROVERS: ['U03CAROL'] }, { action: 'approve', person: bob }, 'refused'],
  [
    'the requester may open the console',
    {},
    { action: 'console', device: protectedDevice, install: approved },
    'allowed',
  ],
  [
    'who approved may open the console',
    {},
    { action: 'console', person: bob, device: protectedDevice, install: approved },
    'allowed',
  ],
  [
    'a listed approver may open the console',
    { XEPA_APPROVERS: ['U03CAROL'] },
    { action: 'console', person: carol, device: protectedDevice, install: approved },
    'allowed',
  ],
  [
    'anybody else may not on an approved install',
    {},
    { action: 'console', person: carol, install: approved },
    'refused',
  ],
  [
    'anybody else may not on a protected device',
    {},
    { action: 'cancel', person: carol, device: protectedDevice, install: byAlice },
    'refused',
  ],
  ['any full member may on an open device', {}, { action: 'console', person: carol, install: byAlice }, 'allowed'],
  [
    'on an open device only those who may ask, where they are listed',
    { XEPA_REQUESTERS: ['U01ALICE'] },
    { action: 'cancel', person: carol, install: byAlice },
    'refused',
  ],
])('%s', (_name, listed, parts, expected) => {
  expect(kind(settings(listed), parts)).toBe(expected);
});

test('the requester has no vote on their own install, not even as a listed approver', () => {
  const ballot = { needs: [need({ users: ['U01ALICE'] })], votes: [], requester: 'U01ALICE', humanOf: himself };
  expect(voteObstacle(ballot, alice, TEAM)).toMatch(/somebody else has to decide/);
});

test('what it demands is said in the words of the settings', () => {
  const judged = judge(settings({}), situation({ device: protectedDevice }));
  expect(judged).toMatchObject({
    terms: { because: 'db-01 has the tag PROD', expiresInMs: 30 * 60_000, needs: [{ count: 1 }] },
  });
});

test('it is a policy that a file could hold', () => {
  const policy = settings({ XEPA_REQUESTERS: ['U01ALICE'] });
  const again = { ...policy, rules: policy.rules.map((rule) => ({ ...rule, expires: '30m' })) };
  expect(Policy.parse(JSON.parse(JSON.stringify(again)))).toEqual(policy);
});
