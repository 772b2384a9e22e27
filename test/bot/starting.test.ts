import { describe, expect, test } from 'vitest';
import { clear } from '../../bot/starting.ts';
import { headline } from '../../bot/views/headline.ts';
import { milestonesOf } from '../../bot/views/milestones.ts';
import { rootMessage } from '../../bot/views/root-message.ts';
import { cancelInstall } from '../../core/decisions.ts';
import { anApproval } from '../support/an-approval.ts';
import { bob } from '../support/an-install.ts';
import { installAt, installRecord } from '../support/records.ts';

const { request } = installRecord();
const startAt = Date.UTC(2026, 10, 22, 22, 0);
const waiting = installRecord({ request: { ...request, startAt } });
const yes = { at: startAt, policy: 'p' };
const reasons = ['Everything is frozen by U02BOB: new UPS <!channel>.'];
const no = { ...yes, refused: { reasons, people: ['U02BOB'] } };

describe('an install with a time of its own', () => {
  test('begins with a yes of the policy, which stands in the trail', () => {
    const change = clear(waiting, yes);
    expect(change?.record).toMatchObject({ phase: 'forward', clearance: yes });
    expect(change?.note).toMatchObject({ type: 'start-allowed', detail: { policy: 'p' } });
  });

  test('ends with a no, and nothing was touched', () => {
    const change = clear(waiting, no);
    expect(change?.record).toMatchObject({ phase: 'undone', journal: [] });
    expect(change?.note).toMatchObject({ type: 'start-refused', detail: { why: reasons } });
  });

  test('is settled once, and not at all where there is nothing to settle', () => {
    const settled = [clear(waiting, yes)?.record ?? waiting, clear(waiting, no)?.record ?? waiting];
    const cancelled = cancelInstall(waiting, bob, 1)?.record ?? waiting;
    const others = [installRecord(), installAt('plan', {}, { request: { ...request, startAt } }), cancelled];
    const asked = installRecord({ request: { ...request, startAt }, phase: 'approval', approval: anApproval() });
    for (const record of [...settled, ...others, asked]) expect(clear(record, no)).toBeNull();
  });
});

describe('what people read of it', () => {
  const texts = (record: typeof waiting) => JSON.stringify(rootMessage(record));

  test('before its time: when it begins, and no step', () => {
    expect(headline(waiting).word).toBe('Begins later');
    expect(texts(waiting)).toContain(`<!date^${startAt / 1000}^`);
    expect(texts(waiting)).not.toContain('step 1 of');
    const approved = { ...waiting, approval: anApproval({ state: 'approved', by: bob }) };
    const [decided] = milestonesOf(approved);
    expect(decided?.message.text).toContain('if the policy still allows it then');
  });

  test('after a no: why, and how to ask anew', () => {
    const refused = clear(waiting, no)?.record ?? waiting;
    expect(headline(refused)).toEqual({ emoji: '🚫', word: 'Not begun' });
    const said = milestonesOf(refused).map(({ message }) => JSON.stringify(message));
    expect(said).toHaveLength(1);
    const why = 'the policy said no: Everything is frozen by <@U02BOB>: new UPS &lt;!channel&gt;';
    expect(said[0]).toContain(why);
    expect(said[0]).toContain(`/xepa retry ${refused.id}`);
    expect(said[0]).toContain('No disk was written.');
    expect(texts(refused)).toContain(`${why}; requested by`);
  });
});
