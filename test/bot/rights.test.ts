import { describe, expect, test } from 'vitest';
import type { Person, Rules } from '../../bot/policy.ts';
import { mayAudit, rights } from '../../bot/rights.ts';
import { whoami } from '../../bot/views/whoami.ts';

const rules: Rules = { teamId: 'T01TEST', protectedTags: ['prod'], requesters: [], approvers: [] };

function person(parts: Partial<Person> = {}): Person {
  const flags = { isBot: false, isRestricted: false, isUltraRestricted: false, deleted: false, isStranger: false };
  return { id: 'U01ALICE', teamId: 'T01TEST', ...flags, ...parts };
}

const actionsOf = (who: Person, given: Partial<Rules> = {}) =>
  rights.filter(({ may }) => may(who, { ...rules, ...given }).ok).map(({ action }) => action);

describe('the table of rights', () => {
  test('gives a full member everything while nobody is listed', () => {
    expect(actionsOf(person())).toEqual(rights.map(({ action }) => action));
  });

  test('keeps for the listed what is theirs', () => {
    const listed = { requesters: ['U09OTHER'], approvers: ['U09OTHER'] };
    expect(actionsOf(person(), listed)).toEqual(['look', 'cancel']);
    expect(actionsOf(person({ id: 'U09OTHER' }), listed)).toEqual(rights.map(({ action }) => action));
    expect(mayAudit(person(), { ...rules, ...listed })).toEqual({
      ok: false,
      reason: 'Only the people in XEPA_APPROVERS may read the audit trail or call the doctor.',
    });
  });
});

describe('whoami', () => {
  test.each([
    ['a guest', { isRestricted: true }],
    ['a guest of one channel', { isRestricted: true, isUltraRestricted: true }],
    ['a bot', { isBot: true }],
    ['a deactivated account', { deleted: true }],
    ['somebody of another organisation', { teamId: 'T09OTHER' }],
  ] satisfies [string, Partial<Person>][])('tells %s that they may do nothing, and why', (kind, parts) => {
    const who = person(parts);
    expect(actionsOf(who)).toEqual([]);
    const told = whoami(
      who,
      'T01TEST',
      rights.map(({ does, may }) => ({ does, verdict: may(who, rules) })),
    );
    expect(told.text).toBe(`Slack says that you are <@U01ALICE>, ${kind}.`);
    expect(JSON.stringify(told.blocks)).not.toContain('✅');
  });
});
