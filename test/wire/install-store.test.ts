import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findBreak } from '../../core/audit-chain.ts';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { changeChannel, createInstallStore, type InstallStore } from '../../core/install-store.ts';
import { connectRedis } from '../../core/redis.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { createMemoryInstallStore } from '../fakes/memory-install-store.ts';
import { alice, anInstall, bob } from '../support/an-install.ts';
import { startPrivateRedis } from '../support/private-redis.ts';

let server: EmbeddedRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = await connectRedis(server.url, 'producer');
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const id = 'xe-7f3kq2';
const created = { type: 'created', actor: alice, detail: {} };
const renamed = (name: string) => ({ type: 'renamed', actor: bob, detail: { name } });

const stores: [string, () => InstallStore][] = [
  ['in Redis', () => createInstallStore({ redis, clock: new FakeClock(), onWrite: async () => undefined })],
  ['in memory', () => createMemoryInstallStore(new FakeClock())],
];

describe.each(stores)('an install store %s', (_where, open) => {
  let store: InstallStore;
  beforeEach(async () => {
    await redis.flushall();
    store = open();
  });

  it('creates a record at revision 1, and refuses the same id again', async () => {
    expect(await store.create(anInstall(), created)).toMatchObject({ id, rev: 1 });
    await expect(store.create(anInstall(), created)).rejects.toMatchObject({ code: 'conflict' });
    expect(await store.listOpenIds()).toEqual([id]);
  });

  it('says not-found for an install that is not there', async () => {
    await expect(store.load('xe-nobody')).rejects.toMatchObject({ code: 'not-found' });
    expect(await store.find('xe-nobody')).toBeNull();
  });

  it('loses none of fifteen writers that change one record at the same time', async () => {
    await store.create(anInstall({ device: { provider: 'p', id: 'd', name: 'web-07', tags: [] } }), created);
    await Promise.all(
      Array.from({ length: 15 }, (_, index) =>
        store.update(id, (record) => ({
          record: { ...record, device: { ...record.device, tags: [...record.device.tags, `t${index}`] } },
          note: renamed(`t${index}`),
        })),
      ),
    );
    const record = await store.load(id);
    expect(new Set(record.device.tags).size).toBe(15);
    expect(record.rev).toBe(16);
  });

  it('keeps no answer file of an install that has ended, however it ended', async () => {
    const sealed = { sshKey: 'k', answer: 'a' };
    await store.create(anInstall({ sealed }), created);
    const moved = (phase: 'stuck' | 'denied') =>
      store.update(id, (record) => ({ record: { ...record, phase }, note: renamed(phase) }));
    expect((await moved('stuck')).sealed).toEqual(sealed);
    expect((await moved('denied')).sealed).toEqual({ sshKey: 'k' });
    expect((await store.load(id)).sealed).toEqual({ sshKey: 'k' });
  });

  it('writes nothing when the decision is to leave it', async () => {
    await store.create(anInstall(), created);
    expect(await store.update(id, () => null)).toMatchObject({ rev: 1 });
    expect(await store.events(id)).toHaveLength(1);
  });

  it('keeps a chain of events that the record itself vouches for', async () => {
    await store.create(anInstall(), created);
    await store.note(id, renamed('refused'));
    const events = await store.events(id);
    expect(events.map((event) => event.type)).toEqual(['created', 'renamed']);
    expect(findBreak(events, (await store.load(id)).audit)).toBeNull();
  });

  it('lists the newest installs first', async () => {
    await store.create(anInstall({ id: 'xe-old', createdAt: 1 }), created);
    await store.create(anInstall({ id: 'xe-new', createdAt: 2 }), created);
    expect((await store.listRecent(1)).map((record) => record.id)).toEqual(['xe-new']);
  });
});

describe('in Redis alone', () => {
  it('finds any change of an event, a missing one and a cut end', async () => {
    await redis.flushall();
    const store = createInstallStore({ redis, clock: new FakeClock(), onWrite: async () => undefined });
    await store.create(anInstall(), created);
    for (let n = 0; n < 3; n += 1) await store.note(id, renamed(`n${n}`));
    const [first, second, third, last] = await store.events(id);
    const { audit } = await store.load(id);
    if (!first || !second || !third || !last) throw new Error('four events were written');
    expect(findBreak([first, { ...second, detail: { name: 'x' } }, third, last], audit)).toMatch(/event 2 was changed/);
    expect(findBreak([first, third, last], audit)).toMatch(/event 2 is missing/);
    expect(findBreak([first, second, third], audit)).toMatch(/the end is missing: 4 events/);
  });

  it('announces every write to who listens, and to the notices', async () => {
    await redis.flushall();
    const listener = await connectRedis(server.url, 'consumer');
    const heard: string[] = [];
    const told: number[] = [];
    listener.on('message', (_channel, text) => heard.push(text));
    await listener.subscribe(changeChannel);
    const onWrite = async ({ rev }: { rev: number }) => void told.push(rev);
    const store = createInstallStore({ redis, clock: new FakeClock(), onWrite });
    await store.create(anInstall(), created);
    await store.note(id, renamed('x'));
    await expect.poll(() => heard).toEqual([`{"installId":"${id}","rev":1}`, `{"installId":"${id}","rev":2}`]);
    expect(told).toEqual([1, 2]);
    listener.disconnect();
  });
});
