import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import type { ConsoleRight } from '../../core/contracts/console-right.ts';
import type { Custody } from '../../web-console/custody-contract.ts';
import { IDLE_MS } from '../../web-console/keyboard-rules.ts';
import { RECHECK_MS } from '../../web-console/viewers.ts';
import { type FakeVnc, startFakeVnc } from '../fakes/fake-vnc.ts';
import { messagesOf } from '../fakes/live-screen.ts';
import { type ConsoleBench, startConsoleBench } from '../support/console-bench.ts';
import { startConsoleProcess } from '../support/console-process.ts';

let bench: ConsoleBench;
const servers: FakeVnc[] = [];
beforeAll(async () => {
  bench = await startConsoleBench();
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await bench.close();
});

const [alice, bob, carol] = ['U01ALICE', 'U02BOB', 'U03CAROL'];
const shake = Buffer.from('RFB 003.008\n\x01\x00', 'latin1');
const ask = Buffer.from([3, 0, 0, 0, 0, 0, 0, 64, 0, 48]);
const key = (letter: string, down = 1) => Buffer.from([4, down, 0, 0, 0, 0, 0, letter.charCodeAt(0)]);
const soon = { timeout: 10_000, interval: 20 };
/** Longer than a lease, and than the look that finds that it has ended. */
const later = { timeout: 15_000, interval: 100 };

async function openInstall(id: string): Promise<FakeVnc> {
  const vnc = await startFakeVnc(`${bench.dir}/${id}.vnc`, { mode: 'live' });
  servers.push(vnc);
  await bench.install(id);
  return vnc;
}

/** Somebody with a screen open: what they are told, and what they do. */
interface Sitting {
  socket: WebSocket;
  told(): Custody | undefined;
  /** Types, and asks for a picture, whose arrival proves that the key was seen before. */
  type(letter: string): Promise<void>;
  wish(body: object): Promise<Response>;
}

async function sit(id: string, user: string, options: { right?: ConsoleRight; at?: string } = {}): Promise<Sitting> {
  const { right = 'control', at } = options;
  const cookie = await bench.enter(id, user, right);
  let custody: Custody | undefined;
  let pictures = 0;
  const onMessage = (data: Buffer, isBinary: boolean) => {
    if (isBinary) pictures += 1;
    else custody = JSON.parse(data.toString()).custody ?? custody;
  };
  const socket = await bench.screen(id, { cookie, onMessage, ...(at === undefined ? {} : { at }) });
  socket.send(shake);
  return {
    socket,
    told: () => custody,
    async type(letter) {
      const before = pictures;
      socket.send(Buffer.concat([key(letter), key(letter, 0), ask]));
      await vi.waitFor(() => expect(pictures).toBeGreaterThan(before), soon);
    },
    wish: (body) => bench.ask(`/api/console/${id}/keyboard`, { cookie, body }),
  };
}

/** What the VM heard of the keyboard: "+a-a". */
const typed = (vnc: FakeVnc) =>
  messagesOf(vnc.received())
    .filter(([type]) => type === 4)
    .map(([, down, , , , , , letter]) => `${down === 1 ? '+' : '-'}${String.fromCharCode(letter ?? 0)}`)
    .join('');

const holderSeenBy = (one: Sitting) => one.told()?.holder;
const becomes = (one: Sitting, user: string | null, patience = soon) =>
  vi.waitFor(() => expect(holderSeenBy(one)).toBe(user), patience);
const arrived = (one: Sitting, count: number) => vi.waitFor(() => expect(one.told()?.people).toHaveLength(count), soon);

/** "keyboard-taken U01ALICE" of the audit trail. */
async function trailOf(id: string): Promise<string[]> {
  const events = (await bench.store.events(id)).filter(({ type }) => type.startsWith('keyboard-'));
  return events.map(({ type, actor }) => `${type} ${actor.id}`);
}

async function leave(...people: Sitting[]): Promise<void> {
  for (const { socket } of people) socket.terminate();
}

describe('the keyboard of a console', () => {
  it('is the first one’s who may take part; the keys of all others go nowhere until it is given to them', async () => {
    const vnc = await openInstall('xe-kb1');
    const watching = await sit('xe-kb1', carol, { right: 'view' });
    expect(holderSeenBy(watching)).toBeNull();
    const [first, second] = [await sit('xe-kb1', alice), await sit('xe-kb1', bob)];
    await arrived(second, 3);
    await first.type('a');
    await second.type('x');
    await watching.type('y');
    expect((await second.wish({ do: 'ask' })).status).toBe(200);
    await vi.waitFor(() => expect(first.told()?.asks).toEqual([bob]), soon);
    expect((await first.wish({ do: 'give', to: bob })).status).toBe(200);
    await becomes(second, bob);
    await first.type('z');
    await second.type('b');
    await vi.waitFor(() => expect(typed(vnc)).toBe('+a-a+b-b'), soon);
    expect(await trailOf('xe-kb1')).toEqual([
      `keyboard-taken ${alice}`,
      `keyboard-asked ${bob}`,
      `keyboard-given ${alice}`,
    ]);
    await leave(first, second, watching);
  });

  it('leaves nothing pressed in the guest when it is taken away', async () => {
    const vnc = await openInstall('xe-kb2');
    const [first, second] = [await sit('xe-kb2', alice), await sit('xe-kb2', bob)];
    await arrived(first, 2);
    first.socket.send(Buffer.concat([key('c'), Buffer.from([5, 1, 0, 9, 0, 9])]));
    await vi.waitFor(() => expect(typed(vnc)).toBe('+c'), soon);
    await first.wish({ do: 'give', to: bob });
    await vi.waitFor(() => expect(typed(vnc)).toBe('+c-c'), soon);
    const clicks = messagesOf(vnc.received()).filter(([type]) => type === 5);
    expect(clicks.at(-1)).toEqual(Buffer.from([5, 0, 0, 9, 0, 9]));
    await leave(first, second);
  });

  it('is not for who only watches, whatever they ask for; the refusal is on the trail', async () => {
    await openInstall('xe-kb3');
    const [first, watching] = [await sit('xe-kb3', alice), await sit('xe-kb3', bob, { right: 'view' })];
    await arrived(first, 2);
    for (const wish of ['ask', 'take', 'keep', 'release']) {
      expect((await watching.wish({ do: wish })).status).toBe(403);
    }
    const given = await first.wish({ do: 'give', to: bob });
    expect([given.status, await given.json()]).toEqual([409, expect.objectContaining({ refused: 'keyboard' })]);
    expect((await first.wish({ do: 'have' })).status).toBe(400);
    expect((await bench.store.events('xe-kb3')).filter(({ type }) => type === 'refused')).toHaveLength(4);
    expect(holderSeenBy(watching)).toBe(alice);
    await leave(first, watching);
  });

  it('is taken at once from who is idle, and by a key where it is free; that key is not typed', async () => {
    const vnc = await openInstall('xe-kb4');
    const [first, second] = [await sit('xe-kb4', alice), await sit('xe-kb4', bob)];
    await arrived(first, 2);
    const term = (await bench.store.load('xe-kb4')).console?.keyboard?.holder?.term;
    // As if alice had come that long ago and not touched anything.
    await bench.redis.set(`xepa:{xe-kb4}:keyboard:${term}`, Date.now() - IDLE_MS, 'KEEPTTL', 'XX');
    expect((await second.wish({ do: 'take' })).status).toBe(200);
    await becomes(first, bob);
    expect((await second.wish({ do: 'release' })).status).toBe(200);
    await becomes(first, null);
    await first.type('q');
    await becomes(first, alice);
    await first.type('a');
    await vi.waitFor(() => expect(typed(vnc).endsWith('+a-a')).toBe(true), soon);
    expect(typed(vnc)).not.toContain('+q');
    await leave(first, second);
  });

  it('is free soon after its holder’s browser is gone, and stays with who reloads the page', async () => {
    await openInstall('xe-kb5');
    const [first, second] = [await sit('xe-kb5', alice), await sit('xe-kb5', bob)];
    first.socket.close();
    const again = await sit('xe-kb5', alice);
    expect(holderSeenBy(again)).toBe(alice);
    again.socket.terminate();
    await becomes(second, null, later);
    expect(await trailOf('xe-kb5')).toEqual([`keyboard-taken ${alice}`, `keyboard-lost ${alice}`]);
    await leave(second);
  }, 30_000);
});

describe('the end for everybody', () => {
  it('cuts all screens at the news, and voids their sessions; who only watches may not', async () => {
    await openInstall('xe-end1');
    const [first, watching] = [await sit('xe-end1', alice), await sit('xe-end1', bob, { right: 'view' })];
    const [control, view] = [await bench.enter('xe-end1', carol), await bench.enter('xe-end1', bob, 'view')];
    expect((await bench.ask('/api/console/xe-end1/end', { cookie: view, body: {} })).status).toBe(403);
    const from = performance.now();
    const closed = Promise.all([first, watching].map(({ socket }) => once(socket, 'close')));
    expect((await bench.ask('/api/console/xe-end1/end', { cookie: control, body: {} })).status).toBe(200);
    expect((await closed).map(([code]) => code)).toEqual([4003, 4003]);
    expect(performance.now() - from).toBeLessThan(RECHECK_MS / 3);
    const { console } = await bench.store.load('xe-end1');
    expect(console).toMatchObject({ revoked: { by: { via: 'console', id: carol } } });
    expect(console?.keyboard).toBeUndefined();
    // Nobody waits for the lease of somebody who was thrown out.
    expect(holderSeenBy(await sit('xe-end1', bob))).toBe(bob);
  });
});

describe('two replicas', () => {
  it('agree on the keyboard: what one hears, the other does', async () => {
    const vnc = await openInstall('xe-rep1');
    const at = await bench.replica();
    const [first, second] = [await sit('xe-rep1', alice), await sit('xe-rep1', bob, { at })];
    await arrived(first, 2);
    expect(holderSeenBy(second)).toBe(alice);
    await second.type('x');
    first.socket.send(key('c'));
    await vi.waitFor(() => expect(typed(vnc)).toBe('+c'), soon);
    // The request goes to the first one, the keyboard to the second.
    await first.wish({ do: 'give', to: bob });
    await becomes(second, bob);
    await second.type('b');
    await vi.waitFor(() => expect(typed(vnc)).toBe('+c-c+b-b'), soon);
    await leave(first, second);
  });

  it('free it when one is killed; who comes back at once to the other keeps it', async () => {
    const vnc = await openInstall('xe-rep2');
    const mortal = await startConsoleProcess(bench, { publicUrl: bench.url });
    const [first, second] = [await sit('xe-rep2', alice, { at: mortal.at }), await sit('xe-rep2', bob)];
    await first.type('a');
    const cut = once(first.socket, 'close');
    await mortal.stop('SIGKILL');
    await cut;
    const back = await sit('xe-rep2', alice);
    expect(holderSeenBy(back)).toBe(alice);
    await back.type('b');
    expect(typed(vnc)).toBe('+a-a+b-b');
    await leave(back, second);
  }, 30_000);

  it('free it when one is killed and nobody comes back', async () => {
    const vnc = await openInstall('xe-rep3');
    const mortal = await startConsoleProcess(bench, { publicUrl: bench.url });
    const [first, second] = [await sit('xe-rep3', alice, { at: mortal.at }), await sit('xe-rep3', bob)];
    await first.type('a');
    await mortal.stop('SIGKILL');
    await becomes(second, null, later);
    await second.type('q');
    await becomes(second, bob);
    await second.type('b');
    await vi.waitFor(() => expect(typed(vnc)).toBe('+a-a+b-b'), soon);
    await leave(second);
  }, 30_000);
});
