import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LeasewebAccount, type LeasewebServer } from '../fakes/leaseweb/account.ts';
import { LeasewebApi } from '../fakes/leaseweb/leaseweb-api.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { serveFake } from '../support/served-fake.ts';

let account: LeasewebAccount;
let machine: PretendMachine;
let server: LeasewebServer;
let api: LeasewebApi;
let served: Awaited<ReturnType<typeof serveFake>>;
let admitted: readonly string[];

beforeEach(async () => {
  account = new LeasewebAccount(() => 1_790_000_000_000);
  machine = new PretendMachine();
  admitted = ['before'];
  server = account.addServer({
    ...{ id: '1', address: '127.0.77.1', machine },
    authorise(publicKeys) {
      admitted = publicKeys;
    },
  });
  api = new LeasewebApi({ account, apiKey: 'k', delayMs: 1 });
  served = await serveFake(api, machine);
});
afterEach(() => served.close());

async function call(method: string, path: string, body?: object, apiKey = 'k') {
  const response = await fetch(`${served.url}${path}`, {
    ...{ method, headers: { 'X-LSW-Auth': apiKey, 'Content-Type': 'application/json' } },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const answer = await response.text();
  return { status: response.status, body: answer === '' ? null : JSON.parse(answer) };
}

const launch = () => call('POST', '/servers/1/rescueMode', { rescueImageId: 'GRML', sshKeys: 'a\nb' });
const jobs = async () => (await call('GET', '/servers/1/jobs')).body.jobs;

describe("the fake of Leaseweb's API", () => {
  it('lets only its key in, and knows only the servers of its account', async () => {
    expect(await call('GET', '/servers', undefined, 'other')).toMatchObject({
      status: 401,
      body: { errorCode: '401' },
    });
    expect((await call('GET', '/servers/2')).status).toBe(404);
    expect((await call('GET', '/servers/1')).body).toMatchObject({ id: '1', contract: { reference: null } });
  });

  it('gives lists away in pages, of five where nobody asks for more', async () => {
    for (let id = 2; id <= 60; id += 1) account.addServer({ id: String(id), address: '127.0.0.1', machine });
    const page = async (query: string) => {
      const { _metadata, servers } = (await call('GET', `/servers${query}`)).body;
      return [_metadata.totalCount, servers.length, servers[0]?.id];
    };
    expect(await page('')).toEqual([60, 5, '1']);
    expect(await page('?limit=100&offset=50')).toEqual([60, 10, '51']);
    expect(await page('?limit=100')).toEqual([60, 50, '1']);
    expect(await page('?offset=60')).toEqual([60, 0, undefined]);
    expect((await call('GET', '/servers?limit=many')).status).toBe(400);
  });

  it('brings a server into rescue once, for the keys given, and a power cycle brings it out', async () => {
    const { status, body: job } = await launch();
    expect([status, job]).toMatchObject([202, { type: 'rescueMode', status: 'ACTIVE', isRunning: true }]);
    await api.settled();
    expect([machine.starts, admitted]).toEqual([['rescue'], ['a', 'b']]);
    expect(await jobs()).toMatchObject([{ uuid: job.uuid, status: 'FINISHED', isRunning: false }]);
    expect((await call('GET', '/servers/1/credentials/RESCUE_MODE')).body.credentials).toEqual([
      { type: 'RESCUE_MODE', username: 'root' },
    ]);
    expect((await call('POST', '/servers/1/powerCycle')).status).toBe(204);
    await api.settled();
    expect([machine.starts, admitted]).toEqual([['rescue', 'disk'], []]);
  });

  it('boots rescue again while a launch goes on, refuses another, and ends it without a restart', async () => {
    server.neverReports = true;
    await launch();
    await api.settled();
    expect((await launch()).status).toBe(409);
    await call('POST', '/servers/1/powerCycle');
    await api.settled();
    expect(machine.starts).toEqual(['rescue', 'rescue']);
    expect((await call('POST', '/servers/1/expireActiveJob')).body).toMatchObject({ status: 'EXPIRED' });
    expect((await call('POST', '/servers/1/expireActiveJob')).status).toBe(404);
    expect(machine.starts).toHaveLength(2);
    await call('POST', '/servers/1/powerCycle');
    await api.settled();
    expect(machine.starts.at(-1)).toBe('disk');
  });

  it('tells of a launch that came to nothing', async () => {
    machine.broken = true;
    await launch();
    await api.settled();
    expect(await jobs()).toMatchObject([{ status: 'FAILED', isRunning: false, progress: { failed: 1 } }]);
  });

  it('refuses wishes that it does not have, and power that it does not manage', async () => {
    for (const wish of [{}, { rescueImageId: 'DOS' }, { rescueImageId: 'GRML', sshKeys: ['a'] }]) {
      expect((await call('POST', '/servers/1/rescueMode', wish)).status).toBe(400);
    }
    expect(server.jobs).toEqual([]);
    await machine.powerOff();
    expect((await call('GET', '/servers/1/powerInfo')).body).toEqual({
      pdu: { status: 'on' },
      ipmi: { status: 'off' },
    });
    await call('POST', '/servers/1/powerOn');
    await call('POST', '/servers/1/powerOn');
    await api.settled();
    server.features.powerCycle = false;
    expect((await call('POST', '/servers/1/powerCycle')).status).toBe(400);
    expect((await call('GET', '/servers/1/powerInfo')).status).toBe(400);
    expect(machine.power).toBe('on');
  });
});
