import { expect, it } from 'vitest';
import { InstallRecord } from '../../core/contracts/install.ts';
import { withAct } from '../../web-console/console-acts.ts';
import { alice, anInstallAt, bob } from '../support/an-install.ts';

const record = anInstallAt('attend', { console: { now: [], revoked: { by: bob, at: 5 } } });

it('stands in the record with who did it, and on the audit trail with all there is to say', () => {
  const act = { type: 'console-media', what: 'insert', disc: 'debian-13', detail: { force: true } } as const;
  const change = withAct(record, { ...act, by: alice, at: 7 });
  expect(change.note).toEqual({
    type: 'console-media',
    actor: alice,
    detail: { action: 'insert', disc: 'debian-13', force: true },
  });
  expect(InstallRecord.parse(change.record).console).toEqual({
    now: [],
    revoked: { by: bob, at: 5 },
    acts: [{ n: 1, by: alice, what: 'insert', disc: 'debian-13', at: 7 }],
  });
});

it('goes on counting, and keeps the newest ten', () => {
  let now = record;
  for (let at = 1; at <= 12; at += 1) now = withAct(now, { type: 'console-power', what: 'reset', by: bob, at }).record;
  expect(now.console?.acts?.map(({ n }) => n)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

it.each([
  ['boot-cd', 9],
  ['installer', 9],
  ['boot-disk', undefined],
])('tells the worker after %s since when the CD is first', (what, since) => {
  expect(withAct(record, { type: 'console-power', what, by: bob, at: 9 }).record.console?.cdFirstAt).toBe(since);
});
