import { describe, expect, test } from 'vitest';
import { actionNames, type Judgement, type Person, type Situation } from '../../../bot/policy/types.ts';
import { admin, asked, auditor, dba, inOps, lead, prod, running } from '../../support/example-policy.ts';
import { bob, person } from '../../support/situations.ts';

describe.each([
  ['a guest', { isRestricted: true }, 'Guests may not do this; a full member of this workspace has to.'],
  [
    'a guest of one channel',
    { isUltraRestricted: true },
    'Guests may not do this; a full member of this workspace has to.',
  ],
  ['a bot', { isBot: true }, 'Bots and apps may not do this; a person has to.'],
  ['a deactivated account', { deleted: true }, 'This Slack account is deactivated.'],
  [
    'a stranger',
    { isStranger: true },
    'People of other organisations may not do this; a member of this workspace has to.',
  ],
  [
    'somebody of another workspace',
    { teamId: 'T09' },
    'People of other organisations may not do this; a member of this workspace has to.',
  ],
] satisfies [string, Partial<Person>, string][])('%s', (_name, parts, sentence) => {
  test('is refused everything and told nothing else, whatever they are by the policy', () => {
    const groups = ['S0OPS', 'S0LEADS', 'S0DBA', 'S0IC'];
    for (const who of [person('U09ADMIN', { ...parts, groups }), person('U01ALICE', { ...parts, groups })]) {
      for (const action of actionNames) {
        expect(asked({ person: who, action, device: prod })).toEqual({
          kind: 'refused',
          reasons: [sentence],
          rules: [],
        });
      }
    }
  });
});

test.each<[string, Partial<Situation>, Judgement['kind']]>([
  ['every full member may look', { action: 'look', person: bob, device: null }, 'allowed'],
  ['a listed operator may install', {}, 'allowed'],
  ['an operator by group may install', { person: inOps }, 'allowed'],
  ['an admin may install', { person: admin }, 'allowed'],
  ['a viewer may not install', { person: bob }, 'refused'],
  ['an approver may not install', { person: lead }, 'refused'],
  ['an auditor may not install', { person: auditor }, 'refused'],
  ['an auditor may read the audit trail', { action: 'audit', person: auditor, device: null }, 'allowed'],
  ['an admin may read it too', { action: 'audit', person: admin, device: null }, 'allowed'],
  ['an operator may not', { action: 'audit', device: null }, 'refused'],
  ['an auditor may look', { action: 'look', person: auditor, device: null }, 'allowed'],
  ['an approver may approve', { action: 'approve', person: lead, device: prod }, 'allowed'],
  ['whom a rule names may approve', { action: 'approve', person: dba, device: prod }, 'allowed'],
  ['an operator may not approve', { action: 'approve', device: prod }, 'refused'],
  ['an admin is no approver', { action: 'approve', person: admin, device: prod }, 'refused'],
  ['an approver may review', { action: 'review', person: lead }, 'allowed'],
  ['an admin may freeze', { action: 'freeze', person: admin, device: null }, 'allowed'],
  ['an operator may not freeze', { action: 'freeze', device: null }, 'refused'],
  ['an operator may not lock a device', { action: 'lock-device' }, 'refused'],
  ['an admin may add an ISO', { action: 'iso-add', person: admin, device: null }, 'allowed'],
  ['an operator may not retire an ISO', { action: 'iso-retire', device: null }, 'refused'],
  ['looking from a channel for looking', { action: 'look', channel: 'C02PUBLIC' }, 'allowed'],
  ['installing from a channel for looking', { channel: 'C02PUBLIC' }, 'refused'],
  ['even by an admin', { channel: 'C02PUBLIC', person: admin }, 'refused'],
  ['approving from a channel for looking', { channel: 'C02PUBLIC', person: lead, action: 'approve' }, 'refused'],
  ['approving where approvers may', { channel: 'C03LEADS', person: lead, action: 'approve' }, 'allowed'],
  ['installing where operators may', { channel: 'C03LEADS' }, 'allowed'],
  ['freezing where only operators may', { channel: 'C03LEADS', person: admin, action: 'freeze' }, 'refused'],
  [
    'a console of one’s own install',
    { action: 'console', person: bob, install: { ...running, requester: 'U02BOB' } },
    'allowed',
  ],
  ['a console of an install one agreed to', { action: 'console', person: bob, install: running }, 'allowed'],
  ['an operator at somebody else’s open install', { action: 'console', person: inOps, install: running }, 'allowed'],
  ['a viewer at somebody else’s install', { action: 'console', person: person('U07'), install: running }, 'refused'],
  [
    'an operator at an install that needed approval',
    { action: 'cancel', person: inOps, install: { ...running, neededApproval: true } },
    'refused',
  ],
  [
    'an operator at a production device',
    { action: 'console', person: inOps, device: prod, install: running },
    'refused',
  ],
  ['… not even to watch', { action: 'console-view', person: inOps, device: prod, install: running }, 'refused'],
  [
    'a named approver at a production device',
    { action: 'console-view', person: lead, device: prod, install: running },
    'allowed',
  ],
  [
    'an admin at a production device',
    { action: 'boot-metal', person: admin, device: prod, install: running },
    'allowed',
  ],
  ['an operator at production, of no known install', { action: 'console', device: prod }, 'refused'],
  ['an operator may watch an open install', { action: 'console-view', person: inOps, install: running }, 'allowed'],
])('%s', (_name, parts, kind) => {
  expect(asked(parts).kind).toBe(kind);
});
