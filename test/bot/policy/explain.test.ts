import { expect, test } from 'vitest';
import { explain } from '../../../bot/policy/explain.ts';
import type { Situation } from '../../../bot/policy/types.ts';
import { commander, policy, prod, prodDb, production, SATURDAY } from '../../support/example-policy.ts';
import { bob, person, policyOf, situation } from '../../support/situations.ts';

const simple = policyOf(`
roles: { operator: { everyone: true }, approver: { everyone: true } }
rules: [{ name: four-eyes, match: { actions: [install], tags: [prod] }, require: [{ approvals: 2 }] }]`);
const leads = policyOf(`
roles: { operator: { everyone: true } }
rules:
  - name: prod-reinstall
    match: { actions: [install], tags: [prod] }
    require:
      - { approvals: 1, from: { groups: [S0LEADS] }, label: sre-leads }
      - { approvals: 1, from: { groups: [S0DBA] }, label: dba, when_tags: [db] }
    expires: 30m`);

test.each<[string, typeof policy, Partial<Situation>, string]>([
  [
    'what is needed, of whom, and by which rule',
    leads,
    { device: { name: 'db-01', tags: ['prod', 'db'] } },
    'Installing on db-01 (prod, db) now needs 2 approvals: 1 of sre-leads and 1 of dba, by rule prod-reinstall; nobody counts twice; you cannot approve it yourself; it expires after 30 min.',
  ],
  [
    'one approval',
    leads,
    { device: prod },
    'Installing on db-01 (prod) now needs 1 approval: 1 of sre-leads, by rule prod-reinstall; you cannot approve it yourself; it expires after 30 min.',
  ],
  [
    'anybody else',
    simple,
    { device: prod },
    'Installing on db-01 (prod) now needs 2 approvals: 2 by anybody else, by rule four-eyes; nobody counts twice; you cannot approve it yourself; it expires after 1 h.',
  ],
  ['nothing is needed', simple, {}, 'Installing on web-01 now needs no approval.'],
  ['no device', simple, { action: 'look', device: null }, 'Looking now needs no approval.'],
  [
    'what else will be asked',
    policy,
    { device: prodDb },
    "Installing on db-01 (PROD, db) now needs 3 approvals: 1 of sre-leads, 1 of dba and 1 of the approvers, by rules prod-reinstall and db-hours; nobody counts twice; you cannot approve it yourself; each approval needs a passkey; you have to type the device's name; its disks must be known before; who denies has to say why; it expires after 30 min; once approved it must start within 10 min; in an emergency the role commander may break the glass.",
  ],
  [
    'why not, and what it would need otherwise',
    policy,
    { device: { name: 'db-01', tags: ['prod'] }, freezes: [{ tag: null, until: null, reason: 'audit', by: 'U1' }] },
    'Installing on db-01 (prod) is refused now. Everything is frozen by U1: audit. Apart from that it needs 1 approval: 1 of sre-leads, by rule prod-reinstall; you cannot approve it yourself; each approval needs a passkey; it expires after 30 min; once approved it must start within 15 min; in an emergency the role commander may break the glass.',
  ],
  [
    'why not, where nothing would help',
    policy,
    { device: production },
    'Installing on old-01 (Production) is refused now. old-01 is a production device (tag Production), and no rule says who has to agree to this, so nobody may do it.',
  ],
  [
    'a reason that nobody gave yet is only asked for',
    policy,
    { device: { name: 'a', tags: ['ticketed'] } },
    'Installing on a (ticketed) now needs no approval. Rule ticket wants a reason of at least 15 characters, and there is none. Name the ticket, such as CHG-1234.',
  ],
  [
    'a bad reason is a refusal',
    policy,
    { device: { name: 'a', tags: ['ticketed'] }, reason: 'CHG-1' },
    'Installing on a (ticketed) is refused now. Rule ticket wants a reason of at least 15 characters; this one has 5. Name the ticket, such as CHG-1234.',
  ],
  [
    'an emergency',
    policy,
    { action: 'break-glass', person: commander, device: prod, now: SATURDAY, reason: 'the whole cluster is down' },
    'Breaking the glass on db-01 (prod) now needs nobody’s approval; it takes effect after 1 min, and can be stopped until then; somebody else has to review it within 24 h.',
  ],
  [
    'outsiders learn nothing',
    policy,
    { device: prodDb, person: person('U1', { isRestricted: true }) },
    'Installing on db-01 (PROD, db) is refused now. Guests may not do this; a full member of this workspace has to.',
  ],
  [
    'the role that lacks',
    policy,
    { person: bob },
    'Installing on web-01 is refused now. Installing needs the role operator, which you do not have. Who has it: operations; the user U09ADMIN.',
  ],
])('%s', (_name, by, parts, expected) => {
  expect(explain(by, situation(parts))).toBe(expected);
});
