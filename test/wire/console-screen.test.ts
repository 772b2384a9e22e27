import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { bootMetal, cancelInstall } from '../../core/decisions.ts';
import { RECHECK_MS } from '../../web-console/viewers.ts';
import { type FakeVnc, startFakeVnc } from '../fakes/fake-vnc.ts';
import { type ConsoleBench, Refused, startConsoleBench } from '../support/console-bench.ts';

let bench: ConsoleBench;
const servers: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  bench = await startConsoleBench({ XEPA_VIEWERS_PER_INSTALL: '3' });
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await bench.close();
});

const someone = { via: 'slack', id: 'U01ALICE' } as const;
const shake = Buffer.from('RFB 003.008\n\x01\x00', 'latin1');
const keyA = Buffer.from([4, 1, 0, 0, 0, 0, 0, 0x61]);

async function vncOf(id: string, mode: 'still' | 'flood' = 'still'): Promise<FakeVnc> {
  const vnc = await startFakeVnc(`${bench.dir}/${id}.vnc`, { mode });
  servers.push(vnc);
  return vnc;
}

async function openInstall(id: string, mode?: 'still' | 'flood'): Promise<{ vnc: FakeVnc; cookie: string }> {
  const vnc = await vncOf(id, mode);
  await bench.install(id);
  return { vnc, cookie: await bench.enter(id) };
}

/** Collects binary frames. */
function anEar(): { bytes(): Buffer; onMessage(data: Buffer, isBinary: boolean): void } {
  const parts: Buffer[] = [];
  return {
    bytes: () => Buffer.concat(parts),
    onMessage: (data, isBinary) => void (isBinary && parts.push(data)),
  };
}

async function closing(socket: WebSocket): Promise<{ code: number; ms: number }> {
  const from = performance.now();
  const [code] = await once(socket, 'close');
  return { code: Number(code), ms: performance.now() - from };
}

async function refusal(id: string, options: { cookie?: string; origin?: string | null }): Promise<Refused> {
  const outcome = await bench.screen(id, options).catch((error: unknown) => error);
  if (outcome instanceof Refused) return outcome;
  throw new Error('the screen opened');
}

describe('the way to a screen', () => {
  it('carries bytes both ways and makes every viewer a shared one', async () => {
    const { vnc, cookie } = await openInstall('xe-scr01');
    const ear = anEar();
    const socket = await bench.screen('xe-scr01', { cookie, onMessage: ear.onMessage });
    socket.send(shake);
    await vi.waitFor(() => expect(ear.bytes().subarray(-4).toString()).toBe('fake'));
    expect(ear.bytes().subarray(0, 12).toString()).toBe('RFB 003.008\n');
    for (const byte of keyA) socket.send(Buffer.from([byte]));
    await vi.waitFor(() => expect(vnc.received()).toEqual(keyA));
    socket.close();
    await vi.waitFor(() => expect(bench.host.connections().open).toBe(0));
  });

  it('is refused without Origin, from a foreign one, without a session and with another install’s', async () => {
    const { cookie } = await openInstall('xe-scr02');
    const { total } = bench.host.connections();
    await bench.install('xe-scr03');
    expect(await refusal('xe-scr02', { cookie, origin: null })).toMatchObject({ status: 403, code: 'foreign-origin' });
    const foreign = await refusal('xe-scr02', { cookie, origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    expect(foreign.message).toContain(`Origin https://evil.example, but this console is at ${bench.url}`);
    expect(await refusal('xe-scr02', {})).toMatchObject({ status: 401, code: 'no-session' });
    expect(await refusal('xe-scr03', { cookie })).toMatchObject({ status: 403, code: 'other-install' });
    expect(await refusal('xe-none', { cookie })).toMatchObject({ status: 403 });
    expect(bench.host.connections().total).toBe(total);
  });

  it('is refused before the screen is up and after it was cancelled or revoked', async () => {
    await bench.install('xe-scr04', { at: 'media' });
    const early = await bench.enter('xe-scr04');
    expect(await refusal('xe-scr04', { cookie: early })).toMatchObject({ status: 409, code: 'not-up-yet' });
    const { cookie } = await openInstall('xe-scr05');
    await bench.store.update('xe-scr05', (record) => cancelInstall(record, someone, Date.now()));
    expect(await refusal('xe-scr05', { cookie })).toMatchObject({ status: 409, code: 'ended' });
    const revoked = await openInstall('xe-scr06');
    await bench.tickets.revokeAll('xe-scr06');
    expect(await refusal('xe-scr06', revoked)).toMatchObject({ status: 403, code: 'revoked' });
  });

  it('is refused as long as the VM is not there', async () => {
    await bench.install('xe-scr07');
    const cookie = await bench.enter('xe-scr07');
    expect(await refusal('xe-scr07', { cookie })).toMatchObject({ status: 4013, code: 'screenSilent' });
  });

  it('gives the VM back when the handshake is malformed', async () => {
    const { cookie, vnc } = await openInstall('xe-scr12');
    const { hostname, port } = new URL(bench.url);
    const raw = connect(Number(port), hostname);
    const head = [
      'GET /console/xe-scr12/vnc HTTP/1.1',
      `Host: ${hostname}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
    ];
    raw.write([...head, `Origin: ${bench.url}`, `Cookie: ${cookie}`, '', ''].join('\r\n'));
    const [answer] = await once(raw.setEncoding('utf8'), 'data');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    await vi.waitFor(() => expect(vnc.open()).toBe(0));
    await vi.waitFor(() => expect(bench.host.connections().open).toBe(0));
  });

  it('shares one SSH connection between viewers and closes it with the last', async () => {
    const { vnc, cookie } = await openInstall('xe-scr08');
    await vi.waitFor(() => expect(bench.host.connections().open).toBe(0));
    const before = bench.host.connections().total;
    const first = await bench.screen('xe-scr08', { cookie });
    const second = await bench.screen('xe-scr08', { cookie });
    expect(bench.host.connections()).toEqual({ total: before + 1, open: 1 });
    first.close();
    await vi.waitFor(() => expect(vnc.open()).toBe(1));
    expect(bench.host.connections().open).toBe(1);
    second.close();
    await vi.waitFor(() => expect(bench.host.connections().open).toBe(0));
  });

  it('has a limit of viewers per install', async () => {
    const { cookie } = await openInstall('xe-scr09');
    const sockets = [];
    for (let i = 0; i < 3; i += 1) sockets.push(await bench.screen('xe-scr09', { cookie }));
    expect(await refusal('xe-scr09', { cookie })).toMatchObject({ status: 4029, code: 'tooMany' });
    const left = once(sockets[0] ?? bench.redis, 'close');
    sockets[0]?.close();
    await left;
    await vi.waitFor(async () => sockets.push(await bench.screen('xe-scr09', { cookie })));
    for (const socket of sockets) socket.terminate();
  });
});

describe('an open screen', () => {
  it.each([
    ['cancelled', 4001, (id: string) => bench.store.update(id, (r) => cancelInstall(r, someone, Date.now()))],
    ['told to boot the metal', 4001, (id: string) => bench.store.update(id, (r) => bootMetal(r, someone, Date.now()))],
    ['revoked', 4003, revoke],
  ])('is cut at the news, long before the next look, when the install is %s', async (what, code, act) => {
    const id = `xe-cut${what.length}`;
    const { cookie, vnc } = await openInstall(id);
    const socket = await bench.screen(id, { cookie });
    const closed = closing(socket);
    await act(id);
    const { code: seen, ms } = await closed;
    expect(seen).toBe(code);
    expect(ms).toBeLessThan(RECHECK_MS / 3);
    await vi.waitFor(() => expect(vnc.open()).toBe(0));
  });

  it('hears of a change of its install, or of one after that', async () => {
    const { cookie } = await openInstall('xe-scr10');
    const socket = await bench.screen('xe-scr10', { cookie });
    const texts: string[] = [];
    socket.on('message', (data: Buffer, isBinary) => void (isBinary || texts.push(data.toString())));
    const record = await bench.store.note('xe-scr10', { type: 'noted', actor: someone, detail: {} });
    const newest = () => Math.max(...texts.map((text) => JSON.parse(text).changed ?? 0));
    await vi.waitFor(() => expect(newest()).toBeGreaterThanOrEqual(record.rev));
    socket.send('ping');
    await vi.waitFor(() => expect(texts).toContain('{"pong":true}'));
    socket.terminate();
  });

  it('may be served by any replica, and is cut in each', async () => {
    const { cookie } = await openInstall('xe-scr13');
    const here = await bench.screen('xe-scr13', { cookie });
    const there = await bench.screen('xe-scr13', { cookie, at: await bench.replica() });
    const closed = Promise.all([closing(here), closing(there)]);
    await revoke('xe-scr13');
    for (const { code, ms } of await closed) {
      expect(code).toBe(4003);
      expect(ms).toBeLessThan(RECHECK_MS / 3);
    }
  });

  it('says that the VM went, and comes back over a new connection', async () => {
    const { cookie } = await openInstall('xe-scr11');
    const first = await bench.screen('xe-scr11', { cookie });
    const closed = closing(first);
    bench.host.drop();
    expect((await closed).code).toBe(4010);
    const second = await bench.screen('xe-scr11', { cookie });
    expect(second.readyState).toBe(second.OPEN);
    second.terminate();
  });

  it.each([
    ['an unknown message', Buffer.concat([shake, Buffer.from([99])])],
    ['an old version', Buffer.from('RFB 003.003\n')],
    ['a clipboard of a gigabyte', Buffer.concat([shake, Buffer.from([6, 0, 0, 0, 0x40, 0, 0, 0])])],
  ])('ends at %s', async (_what, bytes) => {
    const id = `xe-bad${bytes.length}`;
    const { cookie, vnc } = await openInstall(id);
    const socket = await bench.screen(id, { cookie });
    const closed = closing(socket);
    socket.send(bytes);
    expect((await closed).code).toBe(4011);
    expect(vnc.received()).toHaveLength(0);
  });
});

describe('a viewer that reads slowly', () => {
  it('is waited for without heaping up memory, and nobody else waits with it', async () => {
    const { vnc, cookie } = await openInstall('xe-slow', 'flood');
    const slow = await bench.screen('xe-slow', { cookie });
    await new Promise((sent) => slow.send(shake, sent));
    slow.pause();
    await vi.waitFor(() => expect(vnc.written()[0]).toBeGreaterThan(1024 * 1024));
    await vi.waitFor(() => standsStill(() => vnc.written()[0] ?? 0), { timeout: 10_000 });
    const stuckAt = vnc.written()[0] ?? 0;
    // Window, buffers of three sockets in this one process and the socket's own limit; never what was offered.
    expect(stuckAt).toBeLessThan(24 * 1024 * 1024);

    const quick = await bench.screen('xe-slow', { cookie });
    let quickBytes = 0;
    quick.on('message', (data: Buffer) => {
      quickBytes += data.length;
    });
    quick.send(shake);
    await vi.waitFor(() => expect(quickBytes).toBeGreaterThan(64 * 1024 * 1024), { timeout: 20_000 });
    expect(vnc.written()[0]).toBe(stuckAt);

    quick.terminate();
    slow.resume();
    await vi.waitFor(() => expect(vnc.written()[0]).toBeGreaterThan(stuckAt + 8 * 1024 * 1024), { timeout: 10_000 });
    slow.terminate();
  });
});

async function revoke(id: string): Promise<void> {
  await bench.tickets.revokeAll(id);
  // Whoever revokes says so in the audit trail; that is what announces it.
  await bench.store.note(id, { type: 'console-revoked', actor: someone, detail: {} });
}

/** Passes when the figure is the same over ten turns of the event loop with I/O in between. */
async function standsStill(figure: () => number): Promise<void> {
  const before = figure();
  for (let i = 0; i < 10; i += 1) await bench.redis.ping();
  expect(figure()).toBe(before);
}
