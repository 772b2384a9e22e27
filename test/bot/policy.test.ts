import { describe, expect, test } from 'vitest';
import {
  mayApprove,
  mayLook,
  mayOpenConsole,
  mayOperate,
  mayRequest,
  type Person,
  type Rules,
} from '../../bot/policy.ts';
import { anApproval } from '../support/an-approval.ts';
import { installRecord } from '../support/records.ts';

const rules: Rules = { teamId: 'T01TEST', protectedTags: ['prod'], requesters: [], approvers: [] };

function person(id: string, parts: Partial<Person> = {}): Person {
  const flags = { isBot: false, isRestricted: false, isUltraRestricted: false, deleted: false, isStranger: false };
  return { id, teamId: 'T01TEST', ...flags, ...parts };
}

const alice = person('U01ALICE');
const bob = person('U02BOB');
const carol = person('U03CAROL');
const open = installRecord();
const tagged = installRecord({ device: { ...open.device, tags: ['PROD'] } });
const approved = installRecord({
  approval: anApproval({ state: 'approved', by: { via: 'slack', id: 'U02BOB' }, at: 0 }),
});

describe.each([
  ['a guest', { isRestricted: true }],
  ['a guest of one channel', { isUltraRestricted: true }],
  ['a bot', { isBot: true }],
  ['a deactivated account', { deleted: true }],
  ['a stranger in a shared channel', { isStranger: true }],
  ['somebody of another workspace', { teamId: 'T09OTHER' }],
] satisfies [string, Partial<Person>][])('%s', (_name, parts) => {
  const outsider = person('U09OUT', parts);
  const listed = { ...rules, requesters: ['U09OUT'], approvers: ['U09OUT'] };
  test('may do nothing, not even when listed, nor on an own install', () => {
    const own = installRecord({ request: { ...open.request, requestedBy: { via: 'slack', id: 'U09OUT' } } });
    const verdicts = [
      mayLook(outsider, listed),
      mayRequest(outsider, listed),
      mayApprove(open, outsider, listed),
      mayOperate(own, outsider, listed),
      mayOpenConsole(own, outsider, listed),
    ];
    expect(verdicts.map((verdict) => verdict.ok)).toEqual([false, false, false, false, false]);
  });
});

test.each([
  ['every full member may ask while nobody is listed', mayRequest(bob, rules), true],
  ['somebody listed may ask', mayRequest(bob, { ...rules, requesters: ['U02BOB'] }), true],
  ['somebody not listed may not ask', mayRequest(bob, { ...rules, requesters: ['U01ALICE'] }), false],
  ['the requester may not approve', mayApprove(open, alice, rules), false],
  [
    'the requester may not approve even as a listed approver',
    mayApprove(open, alice, { ...rules, approvers: ['U01ALICE'] }),
    false,
  ],
  ['another full member may approve', mayApprove(open, bob, rules), true],
  ['only listed approvers may approve', mayApprove(open, bob, { ...rules, approvers: ['U03CAROL'] }), false],
  ['the requester may open the console', mayOpenConsole(tagged, alice, rules), true],
  ['the approver may open the console', mayOpenConsole(approved, bob, rules), true],
  [
    'a listed approver may open the console',
    mayOpenConsole(approved, carol, { ...rules, approvers: ['U03CAROL'] }),
    true,
  ],
  ['anybody else may not on an approved install', mayOpenConsole(approved, carol, rules), false],
  [
    'anybody else may not on a protected device, whatever the case of its tag',
    mayOpenConsole(tagged, carol, rules),
    false,
  ],
  ['any full member may on an open device', mayOpenConsole(open, carol, rules), true],
  [
    'on an open device only those who may ask, where they are listed',
    mayOperate(open, carol, { ...rules, requesters: ['U01ALICE'] }),
    false,
  ],
])('%s', (_name, verdict, allowed) => {
  expect(verdict.ok).toBe(allowed);
});

test('who merely denied an install gets no rights from that', () => {
  const denied = installRecord({
    approval: anApproval({ state: 'denied', by: { via: 'slack', id: 'U02BOB' }, at: 0 }),
  });
  expect(mayOpenConsole(denied, bob, rules).ok).toBe(false);
});
