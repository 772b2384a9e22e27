import { expect, test } from 'vitest';
import { type ActionName, actionNames, type Judgement, type Situation } from '../../../bot/policy/types.ts';
import {
  admin,
  asked,
  commander,
  prod,
  prodDb,
  production,
  running,
  SATURDAY,
  web,
} from '../../support/example-policy.ts';
import { alice, NOON, policyOf } from '../../support/situations.ts';

test.each<[string, Partial<Situation>, Judgement['kind']]>([
  ['a production device needs approval by its rule', { device: prod }, 'needs-approval'],
  ['whatever the case of its tag', { device: prodDb }, 'needs-approval'],
  ['a rule for another tag of production is none for this one', { device: production }, 'refused'],
  ['production without a rule for power', { device: prod, action: 'power' }, 'refused'],
  [
    'production without a rule for rebooting',
    { device: { ...prod, tags: ['prod', 'lab'] }, action: 'reboot' },
    'refused',
  ],
  ['production without a rule for rescue', { device: prod, action: 'rescue', person: admin }, 'refused'],
  ['production with a rule for release', { device: prod, action: 'release' }, 'needs-approval'],
  ['looking at production needs no rule', { device: prod, action: 'look' }, 'allowed'],
  ['power of a device that is not production', { action: 'power' }, 'allowed'],
  ['a rule that forbids it', { device: { name: 'Museum-7', tags: [] } }, 'refused'],
  ['a device that only looks like that', { device: { name: 'my-museum-7', tags: [] } }, 'allowed'],
  ['a freeze of everything', { freezes: [{ tag: null, until: null, reason: 'r', by: 'U1' }] }, 'refused'],
  ['a freeze that is over', { freezes: [{ tag: null, until: NOON, reason: 'r', by: 'U1' }] }, 'allowed'],
  ['a freeze of another tag', { freezes: [{ tag: 'db', until: null, reason: 'r', by: 'U1' }] }, 'allowed'],
  [
    'a freeze of its tag, in another case',
    { device: prodDb, freezes: [{ tag: 'DB', until: NOON + 1, reason: 'r', by: 'U1' }] },
    'refused',
  ],
  [
    'looking during a freeze',
    { action: 'look', freezes: [{ tag: null, until: null, reason: 'r', by: 'U1' }] },
    'allowed',
  ],
  [
    'cancelling during a freeze',
    { action: 'cancel', install: running, freezes: [{ tag: null, until: null, reason: 'r', by: 'U1' }] },
    'allowed',
  ],
  [
    'closing consoles during a freeze',
    { action: 'console-revoke', install: running, freezes: [{ tag: null, until: null, reason: 'r', by: 'U1' }] },
    'allowed',
  ],
  [
    'closing consoles of what somebody else has locked',
    { action: 'console-revoke', install: running, lock: { by: 'U1', reason: 'r', until: null } },
    'allowed',
  ],
  [
    'taking a tag off during a freeze',
    {
      action: 'tag-device',
      person: admin,
      device: prod,
      freezes: [{ tag: 'prod', until: null, reason: 'r', by: 'U1' }],
    },
    'refused',
  ],
  [
    'ending a freeze',
    { action: 'freeze', person: admin, device: null, freezes: [{ tag: null, until: null, reason: 'r', by: 'U1' }] },
    'allowed',
  ],
  ['a lock by somebody else', { lock: { by: 'U02BOB', reason: 'r', until: null } }, 'refused'],
  ['an own lock', { lock: { by: 'U01ALICE', reason: 'r', until: null } }, 'allowed'],
  ['a lock that is over', { lock: { by: 'U02BOB', reason: 'r', until: NOON } }, 'allowed'],
  [
    'unlocking what somebody else locked',
    { action: 'lock-device', person: admin, lock: { by: 'U02BOB', reason: 'r', until: null } },
    'allowed',
  ],
  [
    'booting what somebody else locked',
    { action: 'boot-metal', install: running, lock: { by: 'U02BOB', reason: 'r', until: null } },
    'refused',
  ],
])('%s', (_name, parts, kind) => {
  expect(asked(parts).kind).toBe(kind);
});

test.each<[string, Partial<Situation>, Judgement['kind']]>([
  ['a rule about reasons, and none', { device: { name: 'a', tags: ['ticketed'] } }, 'refused'],
  [
    'a reason without the ticket',
    { device: { name: 'a', tags: ['ticketed'] }, reason: 'because I want to do it' },
    'refused',
  ],
  ['a reason that is too short', { device: { name: 'a', tags: ['ticketed'] }, reason: '   CHG-1         ' }, 'refused'],
  ['a good reason', { device: { name: 'a', tags: ['ticketed'] }, reason: 'CHG-4471: corrupt OS' }, 'allowed'],
  [
    'a reason rule is no approval rule',
    { action: 'power', device: { name: 'a', tags: ['prod', 'ticketed'] }, reason: 'CHG-4471: corrupt OS' },
    'refused',
  ],
  ['a database on a Saturday', { device: prodDb, now: SATURDAY }, 'refused'],
  ['another device on a Saturday', { device: prod, now: SATURDAY }, 'needs-approval'],
  ['rebooting on a protected date', { action: 'reboot' }, 'refused'],
  ['rebooting where that rule does not hold', { action: 'reboot', device: { name: 'l', tags: ['LAB'] } }, 'allowed'],
  [
    'a commander, with a reason',
    { action: 'break-glass', person: commander, device: prod, reason: 'The whole cluster is down.' },
    'needs-approval',
  ],
  [
    'without a long enough reason',
    { action: 'break-glass', person: commander, device: prod, reason: 'It is down.' },
    'refused',
  ],
  ['an operator', { action: 'break-glass', device: prod, reason: 'The whole cluster is down.' }, 'refused'],
  [
    'where there is no glass',
    { action: 'break-glass', person: commander, reason: 'The whole cluster is down.' },
    'refused',
  ],
  [
    'during a freeze',
    {
      action: 'break-glass',
      person: commander,
      device: prod,
      reason: 'The whole cluster is down.',
      freezes: [{ tag: null, until: null, reason: 'r', by: 'U1' }],
    },
    'refused',
  ],
  [
    'an admin, who is not among those of every rule',
    { action: 'break-glass', person: admin, device: prodDb, reason: 'x'.repeat(60) },
    'refused',
  ],
  [
    'in protected hours',
    { action: 'break-glass', person: commander, device: prodDb, now: SATURDAY, reason: 'x'.repeat(40) },
    'needs-approval',
  ],
])('%s', (_name, parts, kind) => {
  expect(asked(parts).kind).toBe(kind);
});

test('a channel list can be turned round: everything is a channel for looking but these', () => {
  const narrow = policyOf(`
roles: { operator: { everyone: true } }
channels: [{ all_but: [C01OPS], at_most: viewer }]`);
  expect(asked({}, narrow).kind).toBe('allowed');
  expect(asked({ channel: 'C77' }, narrow).kind).toBe('refused');
  expect(asked({ channel: 'D01DM', action: 'look' }, narrow).kind).toBe('allowed');
});

test('a need whose tags the device lacks is none, and production then has no rule', () => {
  const dbOnly = policyOf(`
roles: { operator: { everyone: true }, approver: { everyone: true } }
rules: [{ name: r, match: { actions: [install], tags: [prod] }, require: [{ approvals: 1, when_tags: [db] }] }]`);
  expect(asked({ device: prodDb }, dbOnly).kind).toBe('needs-approval');
  expect(asked({ device: prod }, dbOnly).kind).toBe('refused');
});

test('no production tags: nothing is production', () => {
  const none = policyOf('production_tags: []\nroles: { operator: { everyone: true } }');
  expect(asked({ device: prod }, none).kind).toBe('allowed');
});

test('a policy without roles lets nobody do anything', () => {
  const empty = policyOf('roles: {}');
  const kinds = (action: ActionName) => asked({ action, person: alice, device: web }, empty).kind;
  expect(new Set(actionNames.map(kinds))).toEqual(new Set(['refused']));
});
