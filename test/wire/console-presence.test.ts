import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import type { Notice } from '../../core/contracts/notice.ts';
import { cancelInstall } from '../../core/decisions.ts';
import { createLogger } from '../../core/log.ts';
import { consumeNotices } from '../../core/queues.ts';
import { createPresence, LINGER_MS, type Presence } from '../../web-console/presence.ts';
import { createScreenLeases } from '../../web-console/screen-leases.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { startFakeVnc } from '../fakes/fake-vnc.ts';
import { type ConsoleBench, startConsoleBench } from '../support/console-bench.ts';

let bench: ConsoleBench;
const servers: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  bench = await startConsoleBench();
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await bench.close();
});

const [alice, bob] = ['U01ALICE', 'U02BOB'];
const log = createLogger('test', 'silent');
const shake = Buffer.from('RFB 003.008\n\x01\x00', 'latin1');
const key = Buffer.from([4, 1, 0, 0, 0, 0, 0, 0x61]);
/** Longer than a screen counts after its browser went. */
const later = { timeout: 9_000, interval: 50 };

async function openInstall(id: string) {
  const vnc = await startFakeVnc(`${bench.dir}/${id}.vnc`);
  servers.push(vnc);
  await bench.install(id);
  return vnc;
}

const useOf = async (id: string) => (await bench.store.load(id)).console;
const namesAt = async (id: string) => (await useOf(id))?.now.map(({ user, right }) => `${user} ${right}`);

/** Comings and goings in the audit trail: "console-opened U01ALICE control". */
async function trailOf(id: string): Promise<string[]> {
  const events = (await bench.store.events(id)).filter((event) => /^console-(opened|closed)$/.test(event.type));
  return events.map(({ type, actor, detail }) => `${type} ${actor.id} ${detail.right}`);
}

async function screen(id: string, user: string, right: 'control' | 'view' = 'control'): Promise<WebSocket> {
  return bench.screen(id, { cookie: await bench.enter(id, user, right) });
}

describe('who is at the console', () => {
  it('stands in the record and in the audit trail, and the bot hears of it', async () => {
    const heard: Notice[] = [];
    const consumer = consumeNotices(bench.redisUrl, async (notice) => void heard.push(notice), log);
    await openInstall('xe-here1');
    const sockets = [await screen('xe-here1', alice), await screen('xe-here1', bob, 'view')];
    await vi.waitFor(async () => expect(await namesAt('xe-here1')).toEqual([`${alice} control`, `${bob} view`]));
    const { rev } = await bench.store.load('xe-here1');
    await vi.waitFor(() => expect(heard).toContainEqual({ installId: 'xe-here1', rev }));
    for (const socket of sockets) socket.close();
    await vi.waitFor(async () => expect(await namesAt('xe-here1')).toEqual([]), later);
    expect(await trailOf('xe-here1')).toEqual([
      `console-opened ${alice} control`,
      `console-opened ${bob} view`,
      expect.stringMatching(/^console-closed /),
      expect.stringMatching(/^console-closed /),
    ]);
    expect((await useOf('xe-here1'))?.last?.ms).toBeGreaterThan(0);
    await consumer.close();
  });

  it('costs no write for keys, and none for a second tab or a reload', async () => {
    const vnc = await openInstall('xe-here2');
    const cookie = await bench.enter('xe-here2', alice);
    const first = await bench.screen('xe-here2', { cookie });
    await vi.waitFor(async () => expect(await namesAt('xe-here2')).toEqual([`${alice} control`]));
    const { rev } = await bench.store.load('xe-here2');
    first.send(shake);
    for (let i = 0; i < 500; i += 1) first.send(key);
    await vi.waitFor(() => expect(vnc.received()).toHaveLength(500 * key.length));
    const second = await bench.screen('xe-here2', { cookie });
    first.close();
    second.close();
    const third = await bench.screen('xe-here2', { cookie });
    // As long as it takes until the first two count no more.
    await vi.waitFor(async () => expect(await screensOf('xe-here2')).toBe(1), later);
    expect((await bench.store.load('xe-here2')).rev).toBe(rev);
    third.terminate();
  });

  it('is nobody at once when all consoles are closed, or the install leaves its console', async () => {
    for (const id of ['xe-here3', 'xe-here4']) {
      await openInstall(id);
      await screen(id, alice);
      await vi.waitFor(async () => expect(await namesAt(id)).toEqual([`${alice} control`]));
    }
    await bench.tickets.revokeAll('xe-here3');
    const by = { via: 'slack', id: bob } as const;
    await bench.store.update('xe-here4', (record) => cancelInstall(record, by, Date.now()));
    for (const id of ['xe-here3', 'xe-here4']) {
      await vi.waitFor(async () => expect(await namesAt(id)).toEqual([]), { timeout: LINGER_MS - 1_000 });
    }
  });

  it('watches, and then works: the trail has both', async () => {
    await openInstall('xe-here5');
    const watching = await screen('xe-here5', alice, 'view');
    await vi.waitFor(async () => expect(await namesAt('xe-here5')).toEqual([`${alice} view`]));
    const working = await screen('xe-here5', alice);
    await vi.waitFor(async () => expect(await namesAt('xe-here5')).toEqual([`${alice} control`]));
    expect(await trailOf('xe-here5')).toEqual([
      `console-opened ${alice} view`,
      `console-closed ${alice} view`,
      `console-opened ${alice} control`,
    ]);
    watching.terminate();
    working.terminate();
  });
});

describe('a process that is killed', () => {
  const clock = new FakeClock(Date.now());
  const presences: Presence[] = [];
  const aProcess = (): Presence => {
    const leases = createScreenLeases(bench.redis);
    const presence = createPresence({ leases, store: bench.store, clock, log });
    presences.push(presence);
    return presence;
  };
  afterAll(async () => {
    for (const presence of presences) await presence.close();
  });
  const session = { epoch: 0, openedAt: 0, endsAt: Number.MAX_SAFE_INTEGER };

  it('leaves nobody at the console for longer than half a minute, and its colleagues’ people stay', async () => {
    await bench.install('xe-dead1');
    const [killed, alive] = [aProcess(), aProcess()];
    killed.enter({ ...session, installId: 'xe-dead1', slackUser: alice, right: 'control' });
    alive.enter({ ...session, installId: 'xe-dead1', slackUser: bob, right: 'view' });
    await vi.waitFor(async () =>
      expect((await namesAt('xe-dead1'))?.toSorted()).toEqual([`${alice} control`, `${bob} view`]),
    );
    // From here on it says nothing any more, as after a kill.
    await killed.close();
    clock.forward(20_000);
    await lookOf(alive);
    expect((await namesAt('xe-dead1'))?.toSorted()).toEqual([`${alice} control`, `${bob} view`]);
    clock.forward(11_000);
    await lookOf(alive);
    expect(await namesAt('xe-dead1')).toEqual([`${bob} view`]);
    expect((await useOf('xe-dead1'))?.last).toEqual({ user: alice, right: 'control', ms: 31_000 });
  });

  it('is made up for by one that starts later, when all were killed', async () => {
    await bench.install('xe-dead2');
    const killed = aProcess();
    killed.enter({ ...session, installId: 'xe-dead2', slackUser: alice, right: 'control' });
    await vi.waitFor(async () => expect(await namesAt('xe-dead2')).toEqual([`${alice} control`]));
    await killed.close();
    clock.forward(31_000);
    const next = aProcess();
    await lookOf(next);
    expect(await namesAt('xe-dead2')).toEqual([]);
    // And then the install is looked after no more.
    expect(await bench.redis.smembers('xepa:console:attended')).not.toContain('xe-dead2');
  });

  it('counts a browser that comes back to another process as one that never left', async () => {
    await bench.install('xe-dead3');
    const [stopped, other] = [aProcess(), aProcess()];
    const leave = stopped.enter({ ...session, installId: 'xe-dead3', slackUser: alice, right: 'control' });
    await vi.waitFor(async () => expect(await namesAt('xe-dead3')).toEqual([`${alice} control`]));
    leave('goingAway');
    await stopped.close();
    other.enter({ ...session, installId: 'xe-dead3', slackUser: alice, right: 'control' });
    clock.forward(31_000);
    await lookOf(other);
    expect(await trailOf('xe-dead3')).toEqual([`console-opened ${alice} control`]);
  });
});

/** A look that is not left to another process. */
async function lookOf(presence: Presence): Promise<void> {
  await bench.redis.del('xepa:console:watch');
  await presence.look();
}

/** Screens whose lease has not ended. */
async function screensOf(id: string): Promise<number> {
  return bench.redis.zcount(`xepa:{${id}}:screens`, Date.now(), '+inf');
}
