import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { probeIso } from '../../bot/iso-probe.ts';
import { freePort } from '../support/free-port.ts';

let server: Server;
let base: string;
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const to = (location: string) => response.writeHead(302, { location }).end();
    if (request.url === '/a.iso') response.writeHead(200, { 'content-length': '650000000' }).end();
    else if (request.url === '/sizeless.iso') response.writeHead(200, { 'transfer-encoding': 'chunked' }).end();
    else if (request.url === '/moved.iso') to('/a.iso');
    else if (request.url === '/round.iso') to('/round.iso');
    else if (request.url === '/out.iso') to('file:///etc/passwd');
    else if (request.url !== '/silent.iso') response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

describe('the address of an ISO', () => {
  test.each(['/a.iso', '/moved.iso'])('%s tells its size, by headers alone', async (path) => {
    asked.length = 0;
    const host = new URL(base).host;
    expect(await probeIso(base + path, 5_000)).toEqual({ ok: true, bytes: 650_000_000, host });
    expect(asked.every((one) => one.startsWith('HEAD '))).toBe(true);
  });

  test('may keep its size to itself', async () => {
    expect(await probeIso(`${base}/sizeless.iso`, 5_000)).toMatchObject({ ok: true, bytes: null });
  });

  test.each([
    ['/gone.iso', 'answered 404'],
    ['/round.iso', 'redirects more than 5 times'],
    ['/out.iso', 'redirects to file'],
  ])('%s is not there, and it says why', async (path, words) => {
    expect(await probeIso(base + path, 5_000)).toEqual({ ok: false, why: expect.stringContaining(words) });
  });

  test('is given up when it does not answer', async () => {
    expect(await probeIso(`${base}/silent.iso`, 300)).toEqual({ ok: false, why: 'no answer within 0.3 s' });
  });

  test('is given up when nobody is there', async () => {
    const probe = await probeIso(`http://127.0.0.1:${await freePort()}/a.iso`, 5_000);
    expect(probe).toEqual({ ok: false, why: expect.stringMatching(/^no connection to .*\(ECONNREFUSED\)$/) });
  });
});
