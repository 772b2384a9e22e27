import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultPolicy } from '../../../bot/policy/default-policy.ts';
import { judge } from '../../../bot/policy/judge.ts';
import { Policy } from '../../../bot/policy/schema.ts';
import { fitsOf, voteObstacle } from '../../../bot/policy/votes.ts';
import { mayApprove, mayLook, mayOperate, mayRequest, protectingTags } from '../../../bot/policy.ts';
import { installRecord } from '../../support/records.ts';
import { person, situation, TEAM } from '../../support/situations.ts';

const ids = fc.constantFrom('U01ALICE', 'U02BOB', 'U03CAROL', 'U04DAN');
const lists = fc.uniqueArray(ids, { maxLength: 2 });
const tags = fc.uniqueArray(fc.constantFrom('prod', 'PROD', 'Production', 'db', 'web'), { maxLength: 2 });
const people = fc.record({
  id: ids,
  isBot: rarely(),
  isRestricted: rarely(),
  isUltraRestricted: rarely(),
  deleted: rarely(),
  isStranger: rarely(),
  teamId: fc.oneof({ weight: 9, arbitrary: fc.constant(TEAM) }, fc.constant('T09OTHER')),
});
const scenes = fc.record({
  who: people,
  requesters: lists,
  approvers: lists,
  protectedTags: fc.constantFrom(['prod', 'production'], ['db']),
  deviceTags: tags,
  requestedBy: ids,
  approvedBy: fc.option(ids),
  minutes: fc.integer({ min: 1, max: 10_080 }),
});

function rarely() {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true));
}

test('without a file everybody may do what they may by the settings alone', () => {
  fc.assert(
    fc.property(
      scenes,
      ({ who, requesters, approvers, protectedTags, deviceTags, requestedBy, approvedBy, minutes }) => {
        const rules = { teamId: TEAM, protectedTags, requesters, approvers };
        const base = installRecord();
        const record = installRecord({
          device: { ...base.device, tags: deviceTags },
          request: { ...base.request, requestedBy: { via: 'slack', id: requestedBy } },
          ...(approvedBy === null
            ? {}
            : {
                approval: {
                  state: 'approved' as const,
                  because: '',
                  expiresAt: 1,
                  by: { via: 'slack' as const, id: approvedBy },
                  at: 0,
                },
              }),
        });
        const policy = defaultPolicy({
          XEPA_PROTECTED_TAGS: protectedTags,
          XEPA_REQUESTERS: requesters,
          XEPA_APPROVERS: approvers,
          XEPA_APPROVAL_MINUTES: minutes,
        });
        const asks = (action: 'look' | 'install' | 'console' | 'cancel' | 'boot-metal' | 'retry' | 'approve') =>
          judge(
            policy,
            situation({
              action,
              person: person(who.id, who),
              device: record.device,
              install: {
                requester: requestedBy,
                approvedBy: approvedBy === null ? [] : [approvedBy],
                neededApproval: approvedBy !== null,
              },
            }),
          );

        expect(asks('look').kind === 'allowed').toBe(mayLook(who, rules).ok);
        const install = asks('install');
        expect(install.kind !== 'refused').toBe(mayRequest(who, rules).ok);
        const guarded = protectingTags(record.device, rules);
        for (const action of ['console', 'cancel', 'boot-metal', 'retry'] as const) {
          expect(asks(action).kind === 'allowed').toBe(mayOperate(record, who, rules).ok);
        }
        if (install.kind !== 'refused') expect(install.kind === 'needs-approval').toBe(guarded.length > 0);
        if (install.kind !== 'needs-approval') return;
        expect(install.terms.because).toBe(`${record.device.name} has the tag ${guarded.join(', ')}`);
        expect(install.terms.expiresInMs).toBe(minutes * 60_000);
        expect(install.terms.needs.map(({ count }) => count)).toEqual([1]);
      },
    ),
    { numRuns: 2000 },
  );
});

test('without a file those may approve who may by the settings alone', () => {
  fc.assert(
    fc.property(scenes, ({ who, approvers, requestedBy }) => {
      const policy = defaultPolicy({
        XEPA_PROTECTED_TAGS: ['prod'],
        XEPA_REQUESTERS: [],
        XEPA_APPROVERS: approvers,
        XEPA_APPROVAL_MINUTES: 60,
      });
      const base = installRecord();
      const record = installRecord({ request: { ...base.request, requestedBy: { via: 'slack', id: requestedBy } } });
      const asked = judge(policy, situation({ device: { name: 'd', tags: ['prod'] }, person: person('U01ALICE') }));
      if (asked.kind !== 'needs-approval') throw new Error('no approval is needed');
      const clicker = person(who.id, who);
      const may =
        judge(policy, situation({ action: 'approve', person: clicker })).kind === 'allowed' &&
        voteObstacle({ needs: asked.terms.needs, votes: [], requester: requestedBy }, clicker, TEAM) === null &&
        fitsOf(clicker, asked.terms.needs).length > 0;
      expect(may).toBe(
        mayApprove(record, who, { teamId: TEAM, protectedTags: ['prod'], requesters: [], approvers }).ok,
      );
    }),
    { numRuns: 2000 },
  );
});

test('it is a policy that a file could hold', () => {
  const policy = defaultPolicy({
    XEPA_PROTECTED_TAGS: ['prod'],
    XEPA_REQUESTERS: ['U01ALICE'],
    XEPA_APPROVERS: [],
    XEPA_APPROVAL_MINUTES: 60,
  });
  const again = { ...policy, rules: policy.rules.map((rule) => ({ ...rule, expires: '60m' })) };
  expect(Policy.parse(JSON.parse(JSON.stringify(again)))).toEqual(policy);
});
