import { describe, expect, test } from 'vitest';
import { lintMessage } from '../../bot/block-kit/lint.ts';
import { defaultPolicy } from '../../bot/policy/default-policy.ts';
import { namedUsers } from '../../bot/policy/roles.ts';
import type { Person } from '../../bot/policy/types.ts';
import { entitlementsOf } from '../../bot/rights.ts';
import { whoami } from '../../bot/views/whoami.ts';
import { policy } from '../support/example-policy.ts';
import { person, situation, TEAM } from '../support/situations.ts';

const settings = { XEPA_PROTECTED_TAGS: ['prod'], XEPA_REQUESTERS: [], XEPA_APPROVERS: [], XEPA_APPROVAL_MINUTES: 60 };
const of = (who: Person, given: Partial<typeof settings> & object = {}) =>
  entitlementsOf(defaultPolicy({ ...settings, ...given }), situation({ person: who }));
const granted = (who: Person, given: object = {}) =>
  of(who, given).flatMap(({ does, reasons }) => (reasons.length === 0 ? [does] : []));

describe('what somebody may do', () => {
  test('is everything for a full member while nobody is listed', () => {
    expect(granted(person('U01ALICE'))).toHaveLength(of(person('U01ALICE')).length);
  });

  test('keeps for the listed what is theirs', () => {
    const listed = { XEPA_REQUESTERS: ['U09OTHER'], XEPA_APPROVERS: ['U09OTHER'] };
    expect(granted(person('U01ALICE'), listed)).toEqual(['see installs and their state']);
    expect(granted(person('U09OTHER'), listed)).toHaveLength(of(person('U09OTHER')).length);
  });

  test.each([
    ['a guest', { isRestricted: true }],
    ['a guest of one channel', { isRestricted: true, isUltraRestricted: true }],
    ['a bot', { isBot: true }],
    ['a deactivated account', { deleted: true }],
    ['somebody of another organisation', { teamId: 'T09OTHER' }],
  ] satisfies [string, Partial<Person>][])('is nothing for %s, and they are told why', (kind, parts) => {
    const who = person('U01ALICE', parts);
    expect(granted(who)).toEqual([]);
    const told = whoami(who, { teamId: TEAM, entitlements: of(who), named: [] });
    expect(told.text).toBe(`Slack says that you are <@U01ALICE>, ${kind}.`);
    expect(JSON.stringify(told.blocks)).not.toContain('✅');
  });

  test('names whom the policy names as people, not as ids', () => {
    const who = person('U02BOB');
    const entitlements = entitlementsOf(policy, situation({ person: who }));
    const told = JSON.stringify(whoami(who, { teamId: TEAM, entitlements, named: namedUsers(policy) }).blocks);
    expect(told).toContain('Who has it: operations; the user <@U09ADMIN>');
  });

  test('whoever froze everything is mentioned in the reasons, and nobody else is', () => {
    const long = 'a move of the whole cage <!channel>, ask U09OTHER '.repeat(20);
    const freezes = [{ tag: null, until: null, reason: `new UPS, ask U09OTHER`, by: 'U02BOB' }];
    const also = Array.from({ length: 10 }, () => ({ tag: null, until: null, reason: long, by: 'U02BOB' }));
    const told = (more: typeof freezes) => {
      const entitlements = entitlementsOf(
        defaultPolicy(settings),
        situation({ person: person('U01ALICE'), freezes: [...freezes, ...more] }),
      );
      return whoami(person('U01ALICE'), { teamId: TEAM, entitlements, named: ['U02BOB'] });
    };
    expect(JSON.stringify(told([]).blocks)).toContain('Everything is frozen by <@U02BOB>: new UPS, ask U09OTHER');
    expect(lintMessage(told([]))).toEqual({ ok: true });
    expect(lintMessage(told(also))).toEqual({ ok: true });
  });
});
