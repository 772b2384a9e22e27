import { expect, test } from 'vitest';
import { fitsGlob } from '../../../bot/policy/match.ts';
import { namedGroups, rolesOf } from '../../../bot/policy/roles.ts';
import { admin, auditor, dba, lead, policy } from '../../support/example-policy.ts';
import { bob } from '../../support/situations.ts';

test.each([
  ['an admin', admin, ['admin', 'auditor', 'operator', 'viewer']],
  ['a lead', lead, ['approver', 'viewer']],
  ['whom only a rule names', dba, ['approver', 'viewer']],
  ['an auditor', auditor, ['auditor', 'viewer']],
  ['anybody', bob, ['viewer']],
])('%s is: %s', (_name, who, expected) => {
  expect([...rolesOf(policy, who)].sort()).toEqual(expected);
});

test('all groups that must be asked for are named once', () => {
  expect(namedGroups(policy).sort()).toEqual(['S0DBA', 'S0IC', 'S0LEADS', 'S0OPS']);
});

test.each([
  ['db-01', 'db-01', true],
  ['DB-01', 'db-*', true],
  ['db-01', '*', true],
  ['db-01', '*-01', true],
  ['db-01', 'd*-*1', true],
  ['db-01', 'db-01*', true],
  ['db-01', 'db', false],
  ['db-01', 'db-*-01', false],
  ['aba', 'ab*ba', false],
  ['abcab', 'ab*ab*ab', false],
  ['db.01', 'db?01', false],
  ['', '*', true],
])('%s is like %s: %s', (name, glob, expected) => {
  expect(fitsGlob(name, glob)).toBe(expected);
});

test('a glob of many stars is answered like every other', () => {
  expect(fitsGlob('a'.repeat(10_000), `${'*a'.repeat(45)}*b`)).toBe(false);
});
