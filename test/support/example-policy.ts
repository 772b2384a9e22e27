import { judge } from '../../bot/policy/judge.ts';
import type { Policy } from '../../bot/policy/schema.ts';
import type { Judgement, Situation } from '../../bot/policy/types.ts';
import { person, policyOf, situation } from './situations.ts';

/** A policy that uses everything, and people for it. */
export const policy = policyOf(`
roles:
  viewer: { everyone: true }
  operator: { users: [U01ALICE], groups: [S0OPS], label: operations }
  approver: { groups: [S0LEADS] }
  admin: { users: [U09ADMIN] }
  auditor: { users: [U08AUDIT] }
  commander: { groups: [S0IC] }
channels:
  - { channels: [C02PUBLIC], at_most: viewer }
  - { channels: [C03LEADS], at_most: [approver, operator] }
rules:
  - name: prod-reinstall
    match: { actions: [install, release], tags: [prod] }
    require:
      - { approvals: 1, from: { groups: [S0LEADS] }, label: sre-leads }
      - { approvals: 1, from: { groups: [S0DBA] }, label: dba, when_tags: [db] }
    expires: 30m
    start_within: 15m
    step_up: passkey
    break_glass: { reason_min: 20, delay: 60s, review_within: 24h, notify: [C0INCIDENT] }
  - name: db-hours
    match: { actions: [install], tags: [db] }
    require: [{ approvals: 1 }]
    confirm: typed_hostname
    deny: { reason: required }
    disks: known
    expires: 45m
    start_within: 10m
    protected_hours: { tz: Europe/Berlin, block: ["Fri 15:00-Mon 07:00"] }
    break_glass: { roles: [commander, admin], reason_min: 40, delay: 5m, review_within: 12h, notify: [C0INCIDENT, U09ADMIN] }
  - name: ticket
    match: { actions: [install, power], tags: [ticketed] }
    reason: { min: 15, pattern: '\\b(CHG|INC)-\\d+\\b', hint: 'Name the ticket, such as CHG-1234' }
  - name: museum
    match: { actions: [install], devices: ['museum-*'] }
    forbid: true
  - name: lab-hours
    match: { actions: [reboot], not_tags: [lab] }
    protected_hours: { tz: UTC, dates: [2026-11-30] }
`);

export const lead = person('U03LEAD', { groups: ['S0LEADS'] });
export const dba = person('U04DBA', { groups: ['S0DBA'] });
export const commander = person('U05IC', { groups: ['S0IC'] });
export const admin = person('U09ADMIN');
export const auditor = person('U08AUDIT');
export const inOps = person('U06OPS', { groups: ['S0OPS'] });

export const web = { name: 'web-01', tags: [] };
export const prod = { name: 'db-01', tags: ['prod'] };
export const prodDb = { name: 'db-01', tags: ['PROD', 'db'] };
export const production = { name: 'old-01', tags: ['Production'] };
export const SATURDAY = Date.parse('2026-11-28T11:00:00Z');
export const running = { requester: 'U01ALICE', approvedBy: ['U02BOB'], neededApproval: false };

export function asked(parts: Partial<Situation>, by: Policy = policy): Judgement {
  return judge(by, situation(parts));
}

/** The reasons of a refusal as one text; empty when it was none. */
export function refusal(judgement: Judgement): string {
  return judgement.kind === 'refused' ? judgement.reasons.join(' ') : '';
}
