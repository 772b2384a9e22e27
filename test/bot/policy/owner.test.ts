import { expect, test } from 'vitest';
import { elsewhere } from '../../../bot/other-workspaces.ts';
import { explain } from '../../../bot/policy/explain.ts';
import { judge } from '../../../bot/policy/judge.ts';
import { alice, person, policyOf, situation } from '../../support/situations.ts';

const policy = policyOf(`
roles:
  viewer: { everyone: true }
  operator: { everyone: true }
  approver: { everyone: true }
same_person:
  - [U01ALICE, U09ALICE2]
rules:
  - name: not-yours
    match: { actions: [install], owner: other }
    require:
      - approvals: 1
`);

test.each([
  ['nobody owns', null, 'allowed'],
  ['is of who asks', alice.id, 'allowed'],
  ['is of their other account', 'U09ALICE2', 'allowed'],
  ['is somebody else’s', 'U02BOB', 'needs-approval'],
  ['is of somebody in another workspace', elsewhere, 'needs-approval'],
])('a rule about what others own, at a device that %s', (_what, owner, kind) => {
  expect(judge(policy, situation({ owner })).kind).toBe(kind);
});

test('the rule is about who asks, and says its name', () => {
  const bob = person('U02BOB');
  expect(judge(policy, situation({ owner: 'U02BOB', person: bob })).kind).toBe('allowed');
  expect(explain(policy, situation({ owner: 'U02BOB' }))).toContain('needs 1 approval');
  expect(explain(policy, situation({ owner: 'U02BOB' }))).toContain('by rule not-yours');
});

test('other words for whose it is are refused with the one there is', () => {
  const wrong = 'rules:\n  - { name: x, match: { actions: [install], owner: U01ALICE }, forbid: true }\nroles: {}';
  expect(() => policyOf(wrong)).toThrow('must be other');
});
