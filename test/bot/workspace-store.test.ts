import { beforeEach, expect, test } from 'vitest';
import { elsewhere, holdersFor } from '../../bot/other-workspaces.ts';
import { createWorkspaceStore } from '../../bot/workspace-store.ts';
import type { InstallStore } from '../../core/install-store.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { createMemoryInstallStore } from '../fakes/memory-install-store.ts';
import { anInstall } from '../support/an-install.ts';

const note = { type: 'test', actor: { via: 'system' as const, id: 'test' }, detail: {} };
let all: InstallStore;
let ours: InstallStore;

beforeEach(async () => {
  all = createMemoryInstallStore(new FakeClock(1_000));
  ours = createWorkspaceStore(all, 'T01');
  await ours.create(anInstall({ id: 'xe-ours', createdAt: 1, slack: { team: 'T01', channel: 'C01' } }), note);
  await all.create(anInstall({ id: 'xe-theirs', createdAt: 2, slack: { team: 'T02', channel: 'C02' } }), note);
  const { slack: _slack, ...unasked } = anInstall({ id: 'xe-nobodys', createdAt: 3 });
  await all.create(unasked, note);
});

test('its own installs are there as ever', async () => {
  expect((await ours.load('xe-ours')).id).toBe('xe-ours');
  expect((await ours.note('xe-ours', note)).rev).toBe(2);
  expect(await ours.events('xe-ours')).toHaveLength(2);
  expect(await ours.eventTexts('xe-ours')).toHaveLength(2);
  await ours.markEnded('xe-ours');
  expect(await all.listOpenIds()).toEqual(['xe-theirs', 'xe-nobodys']);
});

test('lists hold its own, however many newer ones others have', async () => {
  expect(await ours.recentIds(1)).toEqual(['xe-ours']);
  expect((await ours.listRecent(1)).map((record) => record.id)).toEqual(['xe-ours']);
  expect(await ours.listOpenIds()).toEqual(['xe-ours']);
});

test.each(['xe-theirs', 'xe-nobodys', 'xe-never'])('%s does not exist', async (id) => {
  const before = await all.find(id);
  const absent = expect.objectContaining({ code: 'not-found' });
  expect([await ours.find(id), await ours.events(id), await ours.eventTexts(id)]).toEqual([null, [], []]);
  for (const attempt of [
    () => ours.load(id),
    () => ours.note(id, note),
    () => ours.update(id, (record) => ({ record: { ...record, phase: 'done' }, note })),
    () => ours.markEnded(id),
  ]) {
    await expect(attempt()).rejects.toEqual(absent);
  }
  expect(await all.find(id)).toEqual(before);
});

test('an install of another workspace cannot be made through it', async () => {
  const foreign = anInstall({ id: 'xe-new', slack: { team: 'T02', channel: 'C02' } });
  await expect(ours.create(foreign, note)).rejects.toThrow('another workspace');
  expect(await all.find('xe-new')).toBeNull();
});

test('who has a device is told of the own installs only', async () => {
  const device = { provider: 'lab', id: 'd-1' };
  const shownFor = (id: string | null) => {
    const claims = {
      take: async () => id,
      holder: async () => id,
      keep: async () => undefined,
      drop: async () => undefined,
    };
    const shown = holdersFor({ leases: { holder: async () => id }, claims }, ours);
    const asked = [shown.leases.holder(device), shown.claims.holder(device), shown.claims.take(device, 'xe-x')];
    return Promise.all(asked);
  };
  expect(await shownFor(null)).toEqual([null, null, null]);
  expect(await shownFor('xe-ours')).toEqual(['xe-ours', 'xe-ours', 'xe-ours']);
  expect(await shownFor('xe-theirs')).toEqual([elsewhere, elsewhere, elsewhere]);
  expect(await shownFor('xe-not-yet')).toEqual([elsewhere, elsewhere, elsewhere]);
});
