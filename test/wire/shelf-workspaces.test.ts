import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { lockDevice, tagDevice } from '../../bot/device-decisions.ts';
import { addIso, retireIso } from '../../bot/iso-library.ts';
import { elsewhere } from '../../bot/other-workspaces.ts';
import { createShelf, type Shelf } from '../../bot/shelf.ts';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { createGeneralTrail, type GeneralTrail } from '../../core/general-trail.ts';
import { connectRedis } from '../../core/redis.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { startPrivateRedis } from '../support/private-redis.ts';

let server: EmbeddedRedis;
let redis: Redis;
let trail: GeneralTrail;
let ours: Shelf;
let theirs: Shelf;
const clock = new FakeClock(1_000);
const hour = 3_600_000;
const [team, there] = ['T01OURS', 'T02THEIRS'];
const by = 'U01ALICE';
const words = 'the words of us alone';
const device = { provider: 'lab', id: 'srv-7', name: 'web-07', tags: [] };
const key = 'lab/srv-7';

const isos = { catalogue: new Map(), allow: [] };
const shelfOf = (name: string) => createShelf({ trail, provided: { read: async () => null }, isos, team: name });

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = await connectRedis(server.url, 'producer');
});
beforeEach(async () => {
  await redis.flushall();
  trail = createGeneralTrail({ redis, clock });
  [ours, theirs] = [shelfOf(team), shelfOf(there)];
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** Everything of a shelf that anybody could be shown. */
const allOf = async (shelf: Shelf) =>
  JSON.stringify([
    await shelf.freezes.inForce(clock.now()),
    [...(await shelf.notes.all())],
    await shelf.notes.of(key),
    await shelf.notes.lockOf(key, clock.now()),
    [...(await shelf.isos.all())],
    await shelf.isos.find('os-1'),
  ]);

describe('what one workspace keeps, in another one', () => {
  beforeEach(async () => {
    const who = { device, team, by, now: clock.now() };
    await ours.freezes.begin({ tag: 'prod', until: clock.now() + hour, reason: words, by });
    await ours.notes.change(key, (note) => lockDevice(note, { ...who, reason: words, until: null }));
    await ours.notes.change(key, (note) =>
      tagDevice(note, { ...who, add: ['prod'], remove: [], owner: by, ownerBefore: null }),
    );
    const iso = { name: 'os-1', team, by, now: clock.now() };
    await ours.isos.change('os-1', (now) => addIso(now, { ...iso, url: 'https://m.example/a', sha256: 'ab' }));
    await ours.isos.change('os-1', (now) => retireIso(now, iso));
  });

  test('holds and is listed, without who and without words', async () => {
    const [seen, own] = await Promise.all([allOf(theirs), allOf(ours)]);
    for (const secret of [by, words]) {
      expect(own).toContain(secret);
      expect(seen).not.toContain(secret);
    }
    expect(await theirs.freezes.inForce(clock.now())).toMatchObject([
      { tag: 'prod', by: elsewhere, reason: '', until: clock.now() + hour },
    ]);
    expect(await theirs.notes.of(key)).toMatchObject({
      tags: ['prod'],
      owner: { user: elsewhere },
      lock: { by: elsewhere, reason: '', until: null },
    });
    expect(await theirs.isos.find('os-1')).toMatchObject({ added: { by: elsewhere }, retired: { by: elsewhere } });
  });

  test('is told no more of by a change than by a look', async () => {
    const { note } = await theirs.notes.change(key, () => null);
    const { item } = await theirs.isos.change('os-1', () => null);
    expect(JSON.stringify([note, item])).not.toContain(by);
    expect(JSON.stringify([note, item])).toContain(elsewhere);
  });

  test('loses nothing when the other one changes something beside it', async () => {
    await theirs.notes.change(key, (note) => ({
      item: { ...note, tags: ['prod', 'db'] },
      note: { type: 'test', actor: { via: 'system', id: 'test' }, detail: {} },
    }));
    expect(await ours.notes.of(key)).toMatchObject({ owner: { team, user: by }, lock: { by, reason: words } });
  });

  test('says in the trail where it was made', async () => {
    const events = await trail.events();
    expect(events.map(({ type }) => type)).toEqual([
      ...['frozen', 'device-locked', 'device-tagged', 'iso-added', 'iso-retired'],
    ]);
    expect(events.map(({ detail }) => detail.team)).toEqual(events.map(() => team));
  });
});

describe.each([['prod'], [null]])('a freeze of %s', (tag) => {
  const until = clock.now() + hour;

  test('is neither ended, shortened nor replaced from another workspace', async () => {
    await ours.freezes.begin({ tag, until, reason: words, by });
    expect(await theirs.freezes.end(tag, by, clock.now())).toBeNull();
    await theirs.freezes.begin({ tag, until: clock.now() + 1, reason: 'short', by: 'U09OTHER' });
    expect(await ours.freezes.inForce(clock.now())).toMatchObject([{ by, until }, { by: elsewhere }]);
    expect(await theirs.freezes.end(tag, by, clock.now())).toMatchObject({ reason: 'short' });
    expect(await theirs.freezes.inForce(clock.now())).toMatchObject([{ by: elsewhere, until }]);
    expect(await ours.freezes.end(tag, by, clock.now())).toMatchObject({ reason: words });
    expect(await theirs.freezes.inForce(clock.now())).toEqual([]);
  });

  test('is changed by the workspace that made it', async () => {
    await ours.freezes.begin({ tag, until, reason: words, by });
    await ours.freezes.begin({ tag, until: until + hour, reason: 'longer', by });
    expect(await ours.freezes.inForce(clock.now())).toMatchObject([{ until: until + hour, reason: 'longer' }]);
  });
});
