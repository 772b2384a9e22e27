import { expect, test } from 'vitest';
import { mayAdminister } from '../../bot/administer.ts';
import type { Person, Rules } from '../../bot/policy.ts';

const rules: Rules = { teamId: 'T01TEST', protectedTags: ['prod'], requesters: ['U02BOB'], approvers: [] };
const flags = { isBot: false, isRestricted: false, isUltraRestricted: false, deleted: false, isStranger: false };
const alice: Person = { id: 'U01ALICE', teamId: 'T01TEST', ...flags };
const strict = { ...rules, approvers: ['U02BOB'] };

test('every full member administers where no approvers are named, and only they where some are', () => {
  expect(mayAdminister(alice, rules).ok).toBe(true);
  expect(mayAdminister({ ...alice, id: 'U02BOB' }, strict).ok).toBe(true);
  expect(mayAdminister(alice, strict)).toEqual({ ok: false, reason: expect.stringContaining('XEPA_APPROVERS') });
});

test.each([
  { isBot: true },
  { isRestricted: true },
  { isUltraRestricted: true },
  { deleted: true },
  { isStranger: true },
  { teamId: 'T09' },
])('nobody from outside does, not even when named: %o', (parts) => {
  const listed = { ...rules, approvers: [alice.id] };
  expect(mayAdminister({ ...alice, ...parts }, rules).ok).toBe(false);
  expect(mayAdminister({ ...alice, ...parts }, listed).ok).toBe(false);
});
