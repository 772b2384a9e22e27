import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { cancelInstall } from '../../core/decisions.ts';
import { RECHECK_MS } from '../../web-console/viewers.ts';
import { type FakeSerialPort, startFakeSerialPort } from '../fakes/fake-serial-port.ts';
import { someFacts } from '../support/an-install.ts';
import { type ConsoleBench, Refused, serialPaths, startConsoleBench } from '../support/console-bench.ts';

let bench: ConsoleBench;
const ports: FakeSerialPort[] = [];

beforeAll(async () => {
  bench = await startConsoleBench({ XEPA_VIEWERS_PER_INSTALL: '2' }, undefined, { run: 'sh' });
}, 60_000);

afterAll(async () => {
  for (const port of ports) await port.close();
  await bench.close();
});

const someone = { via: 'slack', id: 'U01ALICE' } as const;

/** An install with both ports on the device. */
async function openInstall(id: string): Promise<[FakeSerialPort, FakeSerialPort]> {
  const { serial, serialLogs } = serialPaths(bench.dir, id);
  const start = (at: 0 | 1) => startFakeSerialPort({ socket: serial[at] ?? '', log: serialLogs[at] ?? '' });
  const both: [FakeSerialPort, FakeSerialPort] = [await start(0), await start(1)];
  ports.push(...both);
  await bench.install(id);
  return both;
}

interface Viewer {
  socket: WebSocket;
  /** What the port said, as this viewer got it. */
  seen(): string;
  closed: Promise<number>;
}

async function look(id: string, cookie: string, port: '1' | '2' = '1', at?: string): Promise<Viewer> {
  let seen = '';
  const onMessage = (data: Buffer, isBinary: boolean) => {
    if (isBinary) seen += data.toString('latin1');
  };
  const socket = await bench.screen(id, { cookie, way: `serial/${port}`, onMessage, ...(at ? { at } : {}) });
  const closed = once(socket, 'close').then(([code]) => Number(code));
  return { socket, seen: () => seen, closed };
}

async function refusal(id: string, options: { cookie?: string; origin?: string | null; way?: string }) {
  const outcome = await bench.screen(id, { way: 'serial/1', ...options }).catch((error: unknown) => error);
  if (outcome instanceof Refused) return outcome;
  throw new Error('the serial port opened');
}

const until = (check: () => void) => vi.waitFor(check);

describe('a serial port', () => {
  it('shows what was said before anybody looked, then what is said, to everybody and of the port that was asked for', async () => {
    const [first, second] = await openInstall('xe-ser01');
    await first.say('SeaBIOS\r\n');
    await second.say('kernel\r\n');
    const alice = await look('xe-ser01', await bench.enter('xe-ser01'));
    await until(() => expect(alice.seen()).toBe('SeaBIOS\r\n'));
    await first.say('GRUB\r\n');
    await until(() => expect(alice.seen()).toBe('SeaBIOS\r\nGRUB\r\n'));
    const bob = await look('xe-ser01', await bench.enter('xe-ser01', 'U02BOB', 'view'));
    const other = await look('xe-ser01', await bench.enter('xe-ser01', 'U02BOB', 'view'), '2');
    await until(() => expect(bob.seen()).toBe('SeaBIOS\r\nGRUB\r\n'));
    await until(() => expect(other.seen()).toBe('kernel\r\n'));
    await first.say(Buffer.from([0x1b, 0x5b, 0x32, 0x4a, 0xff]));
    for (const viewer of [alice, bob]) await until(() => expect(viewer.seen()).toContain('\x1b[2J\xff'));
    expect(first.clients()).toBe(0);
    for (const viewer of [alice, bob, other]) viewer.socket.terminate();
  });

  it('follows with one command for all, over the connection of the screens, and both end with the last viewer', async () => {
    const [port] = await openInstall('xe-ser02');
    await until(() => expect(bench.host.connections().open).toBe(0));
    const before = { ...bench.host.connections(), commands: bench.host.commands().length };
    const cookie = await bench.enter('xe-ser02');
    const viewers = [await look('xe-ser02', cookie), await look('xe-ser02', cookie)];
    await port.say('x');
    for (const viewer of viewers) await until(() => expect(viewer.seen()).toBe('x'));
    expect(bench.host.connections()).toEqual({ total: before.total + 1, open: 1 });
    expect(bench.host.commands()).toHaveLength(before.commands + 1);
    for (const viewer of viewers) viewer.socket.close();
    await until(() => expect(bench.host.connections().open).toBe(0));
  });

  it('begins with the newest 256 KiB of a long past, at the beginning of a line for who comes later', async () => {
    const [port] = await openInstall('xe-ser03');
    const lines = Array.from({ length: 40_000 }, (_, at) => `line ${at}\r\n`).join('');
    await port.say(lines);
    const cookie = await bench.enter('xe-ser03');
    const first = await look('xe-ser03', cookie);
    await until(() => expect(first.seen()).toHaveLength(256 * 1024));
    expect(lines.endsWith(first.seen())).toBe(true);
    await port.say('more\r\n');
    await until(() => expect(first.seen()).toMatch(/more\r\n$/));
    const second = await look('xe-ser03', cookie);
    await until(() => expect(second.seen()).toMatch(/more\r\n$/));
    expect(second.seen()).toMatch(/^line \d+\r\n/);
    expect(lines.endsWith(second.seen().replace('more\r\n', ''))).toBe(true);
    for (const viewer of [first, second]) viewer.socket.terminate();
  });

  it('begins anew where the worker shortened its log: nothing is lost, nothing comes twice', async () => {
    const [port] = await openInstall('xe-ser04');
    await port.say('a long past\r\n'.repeat(1_000));
    const cookie = await bench.enter('xe-ser04');
    const viewer = await look('xe-ser04', cookie);
    await until(() => expect(viewer.seen()).toHaveLength(13_000));
    await port.shorten('its end\r\n');
    expect(await viewer.closed).toBe(4010);
    const again = await look('xe-ser04', cookie);
    await until(() => expect(again.seen()).toBe('its end\r\n'));
    again.socket.terminate();
  });

  it('leaves no process on the device that looks at a log for nobody', async () => {
    const [port] = await openInstall('xe-ser05');
    const viewer = await look('xe-ser05', await bench.enter('xe-ser05'));
    await port.say('x');
    await until(() => expect(viewer.seen()).toBe('x'));
    expect(await followers('xe-ser05')).not.toEqual([]);
    bench.host.cut();
    expect(await viewer.closed).toBe(4010);
    await vi.waitFor(async () => expect(await followers('xe-ser05')).toEqual([]));
  });
});

describe('typing into a serial port', () => {
  it('reaches the guest, and the port is given back to who waits for it, at another replica', async () => {
    const [port] = await openInstall('xe-typ01');
    const cookie = await bench.enter('xe-typ01');
    const here = await look('xe-typ01', cookie);
    const there = await look('xe-typ01', cookie, '1', await bench.replica());
    here.socket.send(Buffer.from('root\r'));
    await until(() => expect(port.heard()).toBe('root\r'));
    there.socket.send(Buffer.from('ls\r'));
    await until(() => expect(port.clients()).toBe(2));
    expect(port.heard()).toBe('root\r');
    await vi.waitFor(() => expect(port.heard()).toBe('root\rls\r'), { timeout: 10_000 });
    here.socket.terminate();
    there.socket.terminate();
    await vi.waitFor(() => expect(port.clients()).toBe(0), { timeout: 10_000 });
  }, 30_000);

  it('arrives whole, however much is pasted', async () => {
    const [port] = await openInstall('xe-typ02');
    const viewer = await look('xe-typ02', await bench.enter('xe-typ02'));
    const pasted = Array.from({ length: 30_000 }, (_, at) => `${at},`).join('');
    for (let at = 0; at < pasted.length; at += 4_096) viewer.socket.send(Buffer.from(pasted.slice(at, at + 4_096)));
    await until(() => expect(port.heard()).toBe(pasted));
    viewer.socket.terminate();
  });

  it('does nothing for who does not have the keyboard, until they have it', async () => {
    const [port] = await openInstall('xe-typ04');
    const alice = await look('xe-typ04', await bench.enter('xe-typ04'));
    const bob = await look('xe-typ04', await bench.enter('xe-typ04', 'U02BOB'));
    bob.socket.send(Buffer.from('not mine'));
    alice.socket.send(Buffer.from('mine'));
    await until(() => expect(port.heard()).toBe('mine'));
    alice.socket.close();
    await vi.waitFor(
      () => {
        bob.socket.send(Buffer.from('!'));
        expect(port.heard()).toMatch(/^mine!+$/);
      },
      { timeout: 20_000, interval: 500 },
    );
    bob.socket.terminate();
  }, 30_000);

  it('does nothing for somebody who only watches, and takes the port from nobody', async () => {
    const [port] = await openInstall('xe-typ03');
    const watching = await look('xe-typ03', await bench.enter('xe-typ03', 'U02BOB', 'view'));
    const working = await look('xe-typ03', await bench.enter('xe-typ03'));
    watching.socket.send(Buffer.from('rm -rf /\r'));
    working.socket.send(Buffer.from('ls\r'));
    await until(() => expect(port.heard()).toBe('ls\r'));
    watching.socket.send('ping');
    await once(watching.socket, 'message');
    expect(port.heard()).toBe('ls\r');
    for (const viewer of [watching, working]) viewer.socket.terminate();
  });
});

describe('who may look at a serial port', () => {
  it('is refused as at a screen: origin, session, install, and a port that is none', async () => {
    await openInstall('xe-see01');
    await openInstall('xe-see02');
    const cookie = await bench.enter('xe-see01');
    expect(await refusal('xe-see01', { cookie, origin: 'https://evil.example' })).toMatchObject({ status: 403 });
    expect(await refusal('xe-see01', { cookie, origin: null })).toMatchObject({ code: 'foreign-origin' });
    expect(await refusal('xe-see01', {})).toMatchObject({ code: 'no-session' });
    expect(await refusal('xe-see02', { cookie })).toMatchObject({ code: 'other-install' });
    expect(await refusal('xe-see01', { cookie, way: 'serial/3' })).toMatchObject({ code: 'not-found' });
    await bench.install('xe-see03', { at: 'media' });
    expect(await refusal('xe-see03', { cookie: await bench.enter('xe-see03') })).toMatchObject({ code: 'not-up-yet' });
  });

  it('hears why, where the VM was started before its logs were written down', async () => {
    const { launch } = someFacts;
    if (!launch) throw new Error('no launch in the sample');
    const { facts } = await bench.install('xe-see04');
    await bench.store.update('xe-see04', (record) => ({
      record: { ...record, facts: { ...facts, launch: { ...launch, serialLogs: [] } } },
      note: { type: 'noted', actor: someone, detail: {} },
    }));
    const refused = await refusal('xe-see04', { cookie: await bench.enter('xe-see04') });
    expect(refused.message).toContain('started before its serial ports could be shown');
  });

  it.each([
    ['revoked', 4003, revoke],
    ['cancelled', 4001, (id: string) => bench.store.update(id, (r) => cancelInstall(r, someone, Date.now()))],
  ])('is cut at the news when the install is %s', async (what, code, act) => {
    const id = `xe-cut${what.length}`;
    await openInstall(id);
    const viewer = await look(id, await bench.enter(id));
    const from = performance.now();
    await act(id);
    expect(await viewer.closed).toBe(code);
    expect(performance.now() - from).toBeLessThan(RECHECK_MS / 3);
  });

  it('takes no screen’s seat, and has limits of its own', async () => {
    await openInstall('xe-cap01');
    const cookie = await bench.enter('xe-cap01');
    const viewers = [];
    for (let at = 0; at < 4; at += 1) viewers.push(await look('xe-cap01', cookie));
    expect(await refusal('xe-cap01', { cookie })).toMatchObject({ status: 4029, code: 'tooMany' });
    // Nobody listens at the screen: its seat was there, only the VM was not.
    expect(await refusal('xe-cap01', { cookie, way: 'vnc' })).toMatchObject({ code: 'screenSilent' });
    for (const viewer of viewers) viewer.socket.terminate();
  });

  it('counts as being at the console', async () => {
    await openInstall('xe-prs01');
    const viewer = await look('xe-prs01', await bench.enter('xe-prs01', 'U02BOB'));
    await vi.waitFor(async () => {
      const events = await bench.store.events('xe-prs01');
      expect(events.some(({ type, actor }) => type === 'console-opened' && actor.id === 'U02BOB')).toBe(true);
    });
    viewer.socket.terminate();
  });
});

describe('a viewer that reads slowly', () => {
  it('is cut off with little waiting for it, and neither the guest nor anybody else waits', async () => {
    const [port] = await openInstall('xe-slow1');
    const cookie = await bench.enter('xe-slow1');
    const slow = await look('xe-slow1', cookie);
    const quick = await look('xe-slow1', cookie);
    slow.socket.pause();
    const block = Buffer.alloc(1024 * 1024, 0x5a);
    for (let at = 0; at < 24; at += 1) await port.say(block);
    await vi.waitFor(() => expect(quick.seen().length).toBe(24 * block.length), { timeout: 20_000 });
    slow.socket.resume();
    // The code is lost where even the goodbye had to wait for too long.
    expect([4010, 1006]).toContain(await slow.closed);
    expect(slow.seen().length).toBeLessThan(12 * block.length);
    quick.socket.terminate();
  }, 40_000);
});

async function revoke(id: string): Promise<void> {
  await bench.tickets.revokeAll(id);
  await bench.store.note(id, { type: 'console-revoked', actor: someone, detail: {} });
}

/** Processes of this machine, which plays the device, that follow a log of that install. */
async function followers(id: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')));
  return lines.filter((line) => line.startsWith('sh\0-c\0') && line.includes(`${id}.serial0.log`));
}
