import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HostAddress } from '../../bot/ask-head.ts';
import { type ProbeOptions, probeIso } from '../../bot/iso-probe.ts';
import { isoReach } from '../../bot/iso-reach.ts';
import { freePort } from '../support/free-port.ts';

let server: Server;
let base: string;
const asked: string[] = [];
const redirects: Record<string, string> = {
  '/moved.iso': '/a.iso',
  '/round.iso': '/round.iso',
  '/out.iso': 'file:///etc/passwd',
};

/** Whoever calls it has left the way: it counts, and hangs up. */
let arrived = 0;
const inside = createTcpServer((socket) => {
  arrived += 1;
  socket.on('error', () => undefined).destroy();
});
let insidePort: number;

const listen = (one: Server | typeof inside, ...where: [] | [string]) =>
  new Promise<number>((done) => one.listen(0, ...where, () => done((one.address() as AddressInfo).port)));

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const [path = '', query = ''] = request.url?.split('?') ?? [];
    const location = path === '/to' ? decodeURIComponent(query) : redirects[path];
    if (location !== undefined) response.writeHead(302, { location }).end();
    else if (path === '/a.iso') response.writeHead(200, { 'content-length': '650000000' }).end();
    else if (path === '/sizeless.iso') response.writeHead(200, { 'transfer-encoding': 'chunked' }).end();
    else if (path !== '/silent.iso') response.writeHead(404).end();
  });
  base = `http://127.0.0.1:${await listen(server, '127.0.0.1')}`;
  insidePort = await listen(inside);
});
beforeEach(() => {
  asked.length = 0;
  arrived = 0;
});
afterAll(async () => {
  server.closeAllConnections();
  await Promise.all([server, inside].map((one) => new Promise((done) => one.close(done))));
});

/** Asks where the settings allow these prefixes. */
function probe(url: string, allow = [`${base}/`], more: Partial<ProbeOptions> = {}) {
  return probeIso(url, { reach: isoReach({ catalogue: new Map(), allow }), limitMs: 5_000, ...more });
}

/** Asks where no list stands, but this ISO is one of the settings. */
function probeNamed(url: string, more: Partial<ProbeOptions> = {}) {
  return probe(url, [], { reach: isoReach({ catalogue: new Map([['os', { url }]]), allow: [] }), ...more });
}

/** DNS as its owner wants it. */
const resolveTo = (...addresses: string[]) => {
  return async (): Promise<HostAddress[]> => addresses.map((address) => ({ address, family: 4 }));
};

describe('the address of an ISO', () => {
  test.each(['/a.iso', '/moved.iso'])('%s tells its size, by headers alone', async (path) => {
    const host = new URL(base).host;
    expect(await probe(base + path)).toEqual({ ok: true, bytes: 650_000_000, host });
    expect(asked.every((one) => one.startsWith('HEAD '))).toBe(true);
  });

  test('may keep its size to itself', async () => {
    expect(await probe(`${base}/sizeless.iso`)).toMatchObject({ ok: true, bytes: null });
  });

  test.each([
    ['/gone.iso', 'answered 404'],
    ['/round.iso', 'redirects more than 5 times'],
    ['/out.iso', 'redirects to file'],
  ])('%s is not there, and it says why', async (path, words) => {
    expect(await probe(base + path)).toEqual({ ok: false, why: expect.stringContaining(words) });
  });

  test('is given up when it does not answer', async () => {
    const silent = await probe(`${base}/silent.iso`, [`${base}/`], { limitMs: 300 });
    expect(silent).toEqual({ ok: false, why: 'no answer within 0.3 s' });
  });

  test('is given up when its name is not found in time', async () => {
    const resolve = () => new Promise<never>(() => undefined);
    const lost = await probe('https://mirror.example/', [], { resolve, limitMs: 300 });
    expect(lost).toEqual({ ok: false, why: 'no answer within 0.3 s' });
  });

  test('is given up when its name does not exist', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('nowhere'), { code: 'ENOTFOUND' }));
    const lost = await probe('https://mirror.example/', [], { resolve });
    expect(lost).toEqual({ ok: false, why: 'no connection to mirror.example (ENOTFOUND)' });
  });

  test('is given up when nobody is there', async () => {
    const empty = `http://127.0.0.1:${await freePort()}/`;
    const why = expect.stringMatching(/^no connection to .*\(ECONNREFUSED\)$/);
    expect(await probe(`${empty}a.iso`, [empty])).toEqual({ ok: false, why });
  });

  test('is found by a name that the settings have', async () => {
    const named = base.replace('127.0.0.1', 'localhost');
    expect(await probe(`${named}/a.iso`, [`${named}/`])).toMatchObject({ ok: true, bytes: 650_000_000 });
  });
});

describe('a redirect into the network of XEPA', () => {
  const to = (location: string) => `${base}/to?${encodeURIComponent(location.replace('PORT', String(insidePort)))}`;

  test.each([
    'https://127.0.0.1:PORT/',
    'https://localhost:PORT/',
    'https://2130706433:PORT/',
    'https://0.0.0.0:PORT/',
    'https://[::1]:PORT/',
    'https://[::ffff:127.0.0.1]:PORT/',
    'https://[64:ff9b::7f00:1]:PORT/',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/',
  ])('to %s is not followed', async (location) => {
    const why = expect.stringMatching(/^it redirects to .*, which leads into XEPA's own network, where it calls only /);
    expect(await probeNamed(to(location))).toEqual({ ok: false, why });
    expect(asked).toHaveLength(1);
    expect(arrived).toBe(0);
  });

  test.each([
    ['this machine', ['127.0.0.1']],
    ['a private network', ['10.0.0.1']],
    ['the world, and also this machine', ['93.184.215.14', '127.0.0.1']],
  ])('to a name that leads to %s is not followed', async (_where, addresses) => {
    const resolve = resolveTo(...addresses);
    const why = expect.stringContaining("mirror.example, which leads into XEPA's own network");
    expect(await probeNamed(to('https://mirror.example/'), { resolve })).toEqual({ ok: false, why });
    expect(arrived).toBe(0);
  });

  test('by plain http is followed nowhere but where the settings say', async () => {
    const why = expect.stringContaining('is asked by https only, unless');
    expect(await probeNamed(to('http://127.0.0.1:PORT/'))).toEqual({ ok: false, why });
    const outside = expect.stringMatching(/^it redirects to .*, which lies outside of XEPA_ISO_ALLOW$/);
    expect(await probe(to('http://127.0.0.1:PORT/'))).toEqual({ ok: false, why: outside });
    expect(await probe(to('https://127.0.0.1:PORT/'))).toEqual({ ok: false, why: outside });
    expect(arrived).toBe(0);
  });

  test('is followed where the list names the address', async () => {
    const there = `http://127.0.0.1:${insidePort}/`;
    const why = expect.stringContaining('no connection to');
    expect(await probe(to(there), [`${base}/`, there])).toEqual({ ok: false, why });
    expect(arrived).toBe(1);
  });
});

describe('an address that somebody typed', () => {
  test('of the network of XEPA is not called', async () => {
    const host = `127.0.0.1:${insidePort}`;
    const why = expect.stringContaining(`${host} leads into XEPA's own network`);
    expect(await probe(`https://${host}/`, [])).toEqual({ ok: false, why });
    expect(arrived).toBe(0);
  });

  test('that the list has no more is not called', async () => {
    const why = `127.0.0.1:${insidePort} lies outside of XEPA_ISO_ALLOW`;
    expect(await probe(`http://127.0.0.1:${insidePort}/`)).toEqual({ ok: false, why });
    expect(arrived).toBe(0);
  });

  test('with a name of the list is not called when its DNS turned it into this machine', async () => {
    const mirror = `http://mirror.example:${insidePort}/`;
    const turned = await probe(mirror, [mirror], { resolve: resolveTo('127.0.0.1') });
    expect(turned).toEqual({ ok: false, why: expect.stringContaining('must name by its number') });
    expect(arrived).toBe(0);
  });

  test('is looked up once, so that a second answer changes nothing', async () => {
    const names: string[] = [];
    const resolve = async (name: string) => {
      names.push(name);
      return resolveTo('127.0.0.1')();
    };
    const named = `http://localhost:${insidePort}/`;
    expect(await probe(named, [named], { resolve })).toMatchObject({ ok: false });
    expect([names, arrived]).toEqual([['localhost'], 1]);
  });
});
