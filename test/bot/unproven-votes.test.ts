import { expect, test } from 'vitest';
import { noNote } from '../../bot/device-notes.ts';
import { situationOf } from '../../bot/judging.ts';
import { defaultPolicy } from '../../bot/policy/default-policy.ts';
import { judge } from '../../bot/policy/judge.ts';
import { decisionText } from '../../bot/views/decision.ts';
import type { Vote } from '../../core/contracts/approval.ts';
import { anApproval } from '../support/an-approval.ts';
import { anInstall } from '../support/an-install.ts';

const TEAM = 'T01TEST';
const vote = (id: string, stepUp: Vote['stepUp']): Vote => ({
  ...{ by: { via: 'slack', id }, at: 1, fits: [0], stepUp },
});
/** Carol clicked and never showed her passkey; Bob's yes was enough. */
const approved = anInstall({
  approval: anApproval({
    ...{ state: 'approved', stepUp: true },
    votes: [vote('U03CAROL', 'awaited'), vote('U02BOB', 'done')],
  }),
});

test('whoever clicked and did not prove it has approved nothing, in the words of the thread', () => {
  expect(decisionText(approved)).toBe('approved by <@U02BOB>');
});

test('whoever clicked and did not prove it gets no console of a protected install', async () => {
  const policy = defaultPolicy({
    ...{ XEPA_PROTECTED_TAGS: ['prod'], XEPA_APPROVAL_MINUTES: 60 },
    ...{ XEPA_REQUESTERS: [], XEPA_APPROVERS: [] },
  });
  const deps = {
    clock: { now: () => 10 },
    rules: { teamId: TEAM },
    shelf: { notes: { of: async () => noNote }, freezes: { inForce: async () => [] } },
  };
  const mayEnter = async (id: string) => {
    const person = {
      ...{ id, teamId: TEAM, groups: [], isBot: false, deleted: false },
      ...{ isRestricted: false, isUltraRestricted: false, isStranger: false },
    };
    const wish = { action: 'console', record: approved } as const;
    return judge(policy, await situationOf(deps, { channel: 'C01GEN' }, { person, wish })).kind;
  };
  expect(await mayEnter('U02BOB')).toBe('allowed');
  expect(await mayEnter('U03CAROL')).toBe('refused');
});
