import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { TicketClaims } from '../../core/tickets.ts';
import { RECHECK_MS } from '../../web-console/viewers.ts';
import { startFakeQmp } from '../fakes/fake-qmp.ts';
import { type FakeVnc, startFakeVnc } from '../fakes/fake-vnc.ts';
import { messagesOf } from '../fakes/live-screen.ts';
import { type ConsoleBench, cookieOf, Refused, startConsoleBench } from '../support/console-bench.ts';

let bench: ConsoleBench;
const servers: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  bench = await startConsoleBench({ XEPA_VIEWERS_PER_INSTALL: '3' });
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await bench.close();
});

const [alice, bob] = ['U01ALICE', 'U02BOB'];
const shake = Buffer.from('RFB 003.008\n\x01\x00', 'latin1');
const askForPicture = Buffer.from([3, 0, 0, 0, 0, 0, 0, 64, 0, 48]);
const key = Buffer.from([4, 1, 0, 0, 0, 0, 0, 0x61]);
const forbidden: [string, Buffer][] = [
  ['a key', key],
  ['a key by scan code', Buffer.from([255, 0, 0, 1, 0, 0, 0, 0x61, 0, 0, 0, 0x1e])],
  ['the mouse', Buffer.from([5, 1, 0, 10, 0, 10])],
  ['the mouse with more buttons', Buffer.from([5, 0x81, 0, 10, 0, 10, 1])],
  ['a clipboard', Buffer.from([6, 0, 0, 0, 0, 0, 0, 2, 0x68, 0x69])],
  ['a size', Buffer.concat([Buffer.from([251, 0, 4, 0, 3, 0, 1, 0]), Buffer.alloc(16)])],
  ['power', Buffer.from([250, 0, 1, 2])],
];

async function liveInstall(id: string): Promise<FakeVnc> {
  const vnc = await startFakeVnc(`${bench.dir}/${id}.vnc`, { mode: 'live' });
  servers.push(vnc);
  await bench.install(id);
  return vnc;
}

/** A screen that counts the bytes of its pictures. */
async function watching(id: string, cookie: string) {
  let seen = 0;
  const onMessage = (data: Buffer, isBinary: boolean) => {
    if (isBinary) seen += data.length;
  };
  const socket = await bench.screen(id, { cookie, onMessage });
  socket.send(shake);
  return { socket, seen: () => seen };
}

async function redeem(ticket: string, cookie?: string): Promise<Response> {
  await bench.redis.del('xepa:limit:exchange:127.0.0.1');
  return bench.ask('/api/console/exchange', { body: { ticket }, ...(cookie === undefined ? {} : { cookie }) });
}

async function rightOf(id: string, cookie: string): Promise<string> {
  const response = await bench.ask(`/api/console/${id}/state`, { cookie });
  return z.object({ right: z.string() }).parse(await response.json()).right;
}

async function refusal(opening: Promise<unknown>): Promise<Refused> {
  const outcome = await opening.catch((error: unknown) => error);
  if (outcome instanceof Refused) return outcome;
  throw new Error('the screen opened');
}

describe('a screen that is only watched', () => {
  it.each(forbidden)('drops %s, keeps the picture going and the line open', async (_what, message) => {
    const id = `xe-drop${message[0]}-${message.length}`;
    const vnc = await liveInstall(id);
    const { socket, seen } = await watching(id, await bench.enter(id, bob, 'view'));
    for (let turn = 0; turn < 3; turn += 1) {
      const before = seen();
      // One frame, so that the request cannot overtake what must be dropped.
      socket.send(Buffer.concat([message, askForPicture]));
      await vi.waitFor(() => expect(seen()).toBeGreaterThan(before + 64 * 48 * 4));
    }
    expect(vnc.received()).toEqual(Buffer.concat([askForPicture, askForPicture, askForPicture]));
    expect(socket.readyState).toBe(socket.OPEN);
    socket.terminate();
  });

  it('gets its keys through with control, so the test before means something', async () => {
    const vnc = await liveInstall('xe-keys');
    const { socket } = await watching('xe-keys', await bench.enter('xe-keys', alice, 'control'));
    socket.send(Buffer.concat([key, askForPicture]));
    await vi.waitFor(() => expect(messagesOf(vnc.received())).toEqual([key, askForPicture]));
    socket.terminate();
  });

  it('never takes the last seat from somebody who has work to do', async () => {
    await liveInstall('xe-seats');
    const cookie = await bench.enter('xe-seats', bob, 'view');
    const sockets = [await bench.screen('xe-seats', { cookie }), await bench.screen('xe-seats', { cookie })];
    expect(await refusal(bench.screen('xe-seats', { cookie }))).toMatchObject({ status: 4029, code: 'tooMany' });
    sockets.push(await bench.screen('xe-seats', { cookie: await bench.enter('xe-seats', alice) }));
    for (const socket of sockets) socket.terminate();
  });
});

describe('acting with the right to watch', () => {
  it.each([
    ['power', { action: 'reset' }, 'console-power'],
    ['boot-metal', {}, 'boot-metal'],
  ])('%s is refused with a reason, and the refusal stands in the audit trail', async (path, body, what) => {
    const id = `xe-act-${path}`;
    await liveInstall(id);
    const qmp = await startFakeQmp(`${bench.dir}/${id}.qmp`);
    servers.push(qmp);
    const cookie = await bench.enter(id, bob, 'view');
    const response = await bench.ask(`/api/console/${id}/${path}`, { cookie, body });
    expect(response.status).toBe(403);
    const message = expect.stringContaining('You are watching only. To take part, get a link');
    expect(await response.json()).toEqual({ refused: 'watching-only', message });
    expect(qmp.executed()).toEqual([]);
    expect((await bench.store.load(id)).decision).toBeUndefined();
    expect((await bench.store.events(id)).at(-1)).toMatchObject({
      type: 'refused',
      actor: { via: 'console', id: bob },
      detail: { what, reason: message },
    });
  });

  it('cannot fill the audit trail with refusals', async () => {
    await bench.install('xe-flood');
    const cookie = await bench.enter('xe-flood', 'U09FLOOD', 'view');
    const statuses: number[] = [];
    for (let i = 0; i < 33; i += 1) {
      statuses.push((await bench.ask('/api/console/xe-flood/power', { cookie, body: {} })).status);
    }
    expect(statuses).toEqual([...Array(30).fill(403), ...Array(3).fill(429)]);
    const refused = (await bench.store.events('xe-flood')).filter((event) => event.type === 'refused');
    expect(refused).toHaveLength(30);
  });
});

describe('a forged right', () => {
  const claimsOf = (ticket: string): TicketClaims =>
    JSON.parse(Buffer.from(ticket.split('.')[2] ?? '', 'base64url').toString());

  it('in a ticket breaks its signature', async () => {
    await bench.install('xe-forge1');
    const ticket = await bench.ticket('xe-forge1', bob, 'view');
    const [version, keyId, , mac] = ticket.split('.');
    const body = Buffer.from(JSON.stringify({ ...claimsOf(ticket), right: 'control' })).toString('base64url');
    const response = await redeem([version, keyId, body, mac].join('.'));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ refused: 'bad-link' });
    expect((await redeem(ticket)).status).toBe(200);
  });

  it.each([
    ['without a right', {}],
    ['with one that does not exist', { right: 'admin' }],
  ])('in a ticket that is signed well, but %s, is no right', async (_how, given) => {
    await bench.install(`xe-forge${JSON.stringify(given).length}`);
    const wish = { installId: 'xe-forge1', slackUser: bob, ttlSeconds: 60, ...given };
    // As another version of ours could have signed it.
    const ticket = await bench.tickets.issue(JSON.parse(JSON.stringify(wish)));
    expect(claimsOf(ticket).installId).toBe('xe-forge1');
    expect(await (await redeem(ticket)).json()).toMatchObject({ refused: 'bad-link' });
  });

  it('in a cookie is not looked at', async () => {
    await liveInstall('xe-forge4');
    const cookie = await bench.enter('xe-forge4', bob, 'view');
    for (const forged of [`${cookie}; right=control`, `right=control; ${cookie}; role=control`]) {
      expect(await rightOf('xe-forge4', forged)).toBe('view');
      const response = await bench.ask('/api/console/xe-forge4/boot-metal', { cookie: forged, body: {} });
      expect(response.status).toBe(403);
    }
    for (const changed of [`${cookie}.control`, `${cookie}; ${cookie}`, cookie.slice(0, -1)]) {
      expect((await bench.ask('/api/console/xe-forge4/state', { cookie: changed })).status).toBe(401);
    }
  });

  it('is not believed of a session that another version wrote', async () => {
    await bench.install('xe-forge5');
    const cookie = await bench.enter('xe-forge5');
    const [browser = ''] = await keysWith('xe-forge5');
    const { right: _right, ...old } = JSON.parse((await bench.redis.hget(browser, 'xe-forge5')) ?? '');
    await bench.redis.hset(browser, 'xe-forge5', JSON.stringify(old));
    const response = await bench.ask('/api/console/xe-forge5/state', { cookie });
    expect(await response.json()).toMatchObject({ refused: 'no-session' });
  });
});

describe('two links in one browser', () => {
  it('rise from watching to control, under a new secret', async () => {
    await liveInstall('xe-rise');
    await bench.install('xe-other');
    const first = cookieOf(await redeem(await bench.ticket('xe-other', alice)));
    const watch = cookieOf(await redeem(await bench.ticket('xe-rise', alice, 'view'), first));
    expect(watch).toBe(first);
    expect(await rightOf('xe-rise', watch)).toBe('view');
    const control = cookieOf(await redeem(await bench.ticket('xe-rise', alice, 'control'), watch));
    expect(control).not.toBe(watch);
    expect(await rightOf('xe-rise', control)).toBe('control');
    expect(await rightOf('xe-other', control)).toBe('control');
    // Whoever knew the old secret did not rise with it, and soon has nothing.
    expect(await rightOf('xe-rise', watch)).toBe('view');
    const lives = await Promise.all((await keysWith('xe-rise')).map((name) => bench.redis.ttl(name)));
    expect(lives.filter((seconds) => seconds > 10)).toHaveLength(1);
  });

  it('never take control away, and the audit trail says that it stayed', async () => {
    await bench.install('xe-stay');
    const control = cookieOf(await redeem(await bench.ticket('xe-stay', alice, 'control')));
    const after = cookieOf(await redeem(await bench.ticket('xe-stay', bob, 'view'), control));
    expect(after).toBe(control);
    expect(await rightOf('xe-stay', control)).toBe('control');
    expect((await bench.store.events('xe-stay')).at(-1)).toMatchObject({
      type: 'console-session-opened',
      actor: { via: 'console', id: bob },
      detail: { right: 'view', stays: { right: 'control', slackUser: alice } },
    });
  });

  it.each([1, 2, 3])('opened at the same moment leave control to who has it (%i)', async (turn) => {
    const id = `xe-both${turn}`;
    await bench.install(id);
    await bench.install(`${id}-first`);
    const cookie = cookieOf(await redeem(await bench.ticket(`${id}-first`, alice)));
    const rights = ['control', 'view', 'view', 'view'] as const;
    const tickets = await Promise.all(rights.map((right) => bench.ticket(id, alice, right)));
    await bench.redis.del('xepa:limit:exchange:127.0.0.1');
    const answers = tickets.map((ticket) => bench.ask('/api/console/exchange', { body: { ticket }, cookie }));
    const [withControl] = await Promise.all(answers);
    expect(await rightOf(id, cookieOf(withControl ?? Response.error()))).toBe('control');
  });
});

describe('a revocation', () => {
  it('cuts who watches and who works at the news, and the next link works, with its own right', async () => {
    await liveInstall('xe-void');
    const control = await bench.enter('xe-void', alice);
    const view = await bench.enter('xe-void', bob, 'view');
    const unused = await bench.ticket('xe-void', bob);
    const sockets = [
      await bench.screen('xe-void', { cookie: control }),
      await bench.screen('xe-void', { cookie: view }),
    ];
    const from = performance.now();
    const closed = Promise.all(sockets.map((socket) => once(socket, 'close')));
    await bench.tickets.revokeAll('xe-void');
    expect((await closed).map(([code]) => code)).toEqual([4003, 4003]);
    expect(performance.now() - from).toBeLessThan(RECHECK_MS / 3);
    expect(await (await redeem(unused)).json()).toMatchObject({ refused: 'revoked-link' });
    // The browser that had control before gets what the new link gives, not what was taken.
    const next = cookieOf(await redeem(await bench.ticket('xe-void', alice, 'view'), control));
    expect(await rightOf('xe-void', next)).toBe('view');
    const socket = await bench.screen('xe-void', { cookie: next });
    expect(socket.readyState).toBe(socket.OPEN);
    socket.terminate();
  });
});

describe('a link for somebody else', () => {
  it('opens a session of its receiver, and so says the audit trail', async () => {
    await bench.install('xe-gift');
    const cookie = cookieOf(await redeem(await bench.ticket('xe-gift', bob, 'control')));
    expect(await (await bench.ask('/api/console/xe-gift/state', { cookie })).json()).toMatchObject({ who: bob });
    const opened = (await bench.store.events('xe-gift')).at(-1);
    expect(opened).toMatchObject({ type: 'console-session-opened', actor: { id: bob }, detail: { right: 'control' } });
  });
});

/** Keys of the browsers that hold a session of that install. */
async function keysWith(installId: string): Promise<string[]> {
  const all = await bench.redis.keys('xepa:console:*');
  const sessions = all.filter((name) => /:[0-9a-f]{64}$/.test(name));
  const held = await Promise.all(sessions.map((name) => bench.redis.hexists(name, installId)));
  return sessions.filter((_name, index) => held[index] === 1);
}
