import { describe, expect, test } from 'vitest';
import { badInput, notAllowed } from '../../bot/bad-input.ts';
import type { Asker } from '../../bot/deps.ts';
import { Refused } from '../../bot/judging.ts';
import { recordRefusal } from '../../bot/refusals.ts';
import type { AuditNote } from '../../core/contracts/audit-event.ts';
import { XepaError } from '../../core/errors.ts';

const silent = async () => undefined;
const asker: Asker = { user: 'U01ALICE', channel: 'C01OPS', team: 'T01TEST', tell: silent, open: silent };
const about = { what: 'tag-device', command: 'device tag' } as const;

/** Runs it, and tells what was thrown and what was written down by then. */
async function refusal(work: () => Promise<void>) {
  const notes: AuditNote[] = [];
  const deps = { trail: { note: async (note: AuditNote) => void notes.push(note) } };
  const run = (inner: () => Promise<void>) => recordRefusal(deps, asker, about, inner);
  const err = await run(() => run(work)).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { err, notes };
}

describe('what is refused by something else than the policy', () => {
  test('is written once, however often it passes, and is said as it was', async () => {
    const { err, notes } = await refusal(async () => {
      throw notAllowed('It is locked by <@U02BOB>.');
    });
    const actor = { via: 'slack', id: 'U01ALICE' };
    expect(notes).toEqual([{ type: 'refused', actor, detail: { ...about, reason: 'It is locked by <@U02BOB>.' } }]);
    expect(err).toBeInstanceOf(Refused);
    expect(err).toMatchObject({ code: 'not-allowed', userMessage: 'It is locked by <@U02BOB>.' });
  });

  test.each([
    ['stands on a trail already', new Refused('not-allowed', { message: 'refused', userMessage: 'No.' })],
    ['is no refusal', badInput('There is no tag of that name.')],
    ['is a failure', new XepaError('redis-down', { message: 'gone', userMessage: 'Gone.' })],
    ['is unknown', new Error('boom')],
  ])('what %s passes as it is and is not written', async (_what, thrown) => {
    const { err, notes } = await refusal(async () => {
      throw thrown;
    });
    expect([err, notes]).toEqual([thrown, []]);
    expect(err).toBe(thrown);
  });
});
