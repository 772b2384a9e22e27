import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateSshKey } from '../../core/ssh/ssh-key.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { RESCUE, ScomAccount, type ScomServer } from '../fakes/serverscom/account.ts';
import { ServerscomApi } from '../fakes/serverscom/serverscom-api.ts';
import { serveFake } from '../support/served-fake.ts';

const SERVER = '/hosts/dedicated_servers/s-1';
const ACTIVATE = `${SERVER}/features/${RESCUE}/activate`;
const DEACTIVATE = `${SERVER}/features/${RESCUE}/deactivate`;
const { publicKey } = generateSshKey('me');

let account: ScomAccount;
let machine: PretendMachine;
let server: ScomServer;
let api: ServerscomApi;
let served: Awaited<ReturnType<typeof serveFake>>;
let admitted: readonly string[];

beforeEach(async () => {
  account = new ScomAccount();
  machine = new PretendMachine();
  admitted = ['before'];
  server = account.addServer({
    ...{ id: 's-1', title: 'web-01', address: '127.0.77.1', machine },
    authorise(publicKeys) {
      admitted = publicKeys;
    },
  });
  api = new ServerscomApi({ account, token: 'token', delayMs: 1 });
  served = await serveFake(api, machine);
});
afterEach(() => served.close());

async function call(method: string, path: string, body?: object, token = 'token') {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const sent = body ? { body: JSON.stringify(body) } : {};
  const response = await fetch(`${served.url}${path}`, { method, headers, ...sent });
  const answer = await response.text();
  const { status } = response;
  return { status, link: response.headers.get('link'), body: answer === '' ? null : JSON.parse(answer) };
}

const withKey = async () => {
  const { fingerprint } = (await call('POST', '/ssh_keys', { name: 'k', public_key: publicKey.trim() })).body;
  return { auth_methods: ['ssh_key'], ssh_key_fingerprints: [fingerprint] };
};

describe('the fake of the API of Servers.com', () => {
  it('lets only its token in, and does not know what is not there', async () => {
    expect(await call('GET', SERVER, undefined, 'other')).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHORIZED' },
    });
    expect((await call('GET', SERVER)).body).toMatchObject({ id: 's-1', operational_status: 'normal' });
    for (const path of ['/hosts/dedicated_servers/s-2', '/hosts/dedicated_servers/s-2/features', '/clouds']) {
      expect(await call('GET', path)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    }
  });

  it('restarts into rescue when that is switched on, with the keys given, and back when it is switched off', async () => {
    const boot = machine.hold();
    expect(await call('POST', ACTIVATE, await withKey())).toMatchObject({
      status: 202,
      body: { status: 'activation' },
    });
    expect((await call('GET', SERVER)).body.operational_status).toBe('entering_rescue_mode');
    boot();
    await api.settled();
    expect([machine.starts, admitted]).toEqual([['rescue'], [publicKey.trim()]]);
    expect((await call('GET', SERVER)).body.operational_status).toBe('rescue_mode');
    expect((await call('POST', DEACTIVATE)).body).toEqual({ name: RESCUE, status: 'deactivation' });
    await api.settled();
    expect([machine.starts, admitted]).toEqual([['rescue', 'disk'], []]);
    const features = (await call('GET', `${SERVER}/features`)).body;
    expect(features).toContainEqual({ name: RESCUE, status: 'deactivated' });
  });

  it.each([
    ['activation', ACTIVATE],
    ['activated', ACTIVATE],
    ['deactivation', DEACTIVATE],
    ['deactivated', DEACTIVATE],
    ['unavailable', ACTIVATE],
  ] as const)('refuses of a rescue mode in %s: %s', async (status, path) => {
    const login = await withKey();
    server.features[RESCUE] = status;
    expect(await call('POST', path, login)).toMatchObject({
      ...{ status: 409, body: { code: 'INCOMPATIBLE_FEATURE_STATE' } },
    });
    await api.settled();
    expect(machine.starts).toEqual([]);
  });

  it('does nothing with a server that is at something else', async () => {
    server.operationalStatus = 'installation';
    expect(await call('POST', ACTIVATE, await withKey())).toMatchObject({ status: 412 });
    server.powerStatus = 'powered_off';
    expect(await call('POST', `${SERVER}/power_cycle`)).toMatchObject({ status: 412 });
    await api.settled();
    expect(machine.starts).toEqual([]);
  });

  it('refuses a login that lets nobody in, and a key that is none', async () => {
    const wishes = [{}, { auth_methods: [] }, { auth_methods: ['ssh_key'] }, { auth_methods: ['telnet'] }];
    for (const wish of wishes) {
      expect(await call('POST', ACTIVATE, wish)).toMatchObject({ status: 422, body: { errors: expect.anything() } });
    }
    const unknown = { auth_methods: ['ssh_key'], ssh_key_fingerprints: ['00:11'] };
    expect((await call('POST', ACTIVATE, unknown)).status).toBe(404);
    expect((await call('POST', '/ssh_keys', { name: 'k', public_key: 'hello' })).status).toBe(422);
    expect([server.features[RESCUE], account.keys.size]).toEqual(['deactivated', 0]);
  });

  it('leads into rescue again when it is cycled in it, and to its disk else', async () => {
    await call('POST', `${SERVER}/power_cycle`);
    await api.settled();
    await call('POST', ACTIVATE, await withKey());
    await api.settled();
    expect((await call('POST', `${SERVER}/power_cycle`)).body).toMatchObject({ power_status: 'power_cycling' });
    await api.settled();
    expect([machine.starts, server.powerStatus]).toEqual([['disk', 'rescue', 'rescue'], 'powered_on']);
  });

  it('lists page by page, names the next page in a header, and forgets a key when it is told to', async () => {
    for (const name of ['a', 'b', 'c']) account.addKey(name, generateSshKey(name).publicKey);
    const first = await call('GET', '/ssh_keys?page=1&per_page=2');
    expect([first.body.length, first.link]).toEqual([2, expect.stringContaining('page=2>; rel="next"')]);
    const last = await call('GET', '/ssh_keys?page=2&per_page=2');
    expect(last.body).toMatchObject([{ name: 'c' }]);
    expect(last.link).not.toContain('rel="next"');
    const path = `/ssh_keys/${encodeURIComponent(last.body[0].fingerprint)}`;
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('DELETE', path)).status).toBe(404);
  });

  it('leaves the rescue mode where it was when a restart breaks', async () => {
    machine.broken = true;
    await call('POST', ACTIVATE, await withKey());
    await api.settled();
    expect([server.features[RESCUE], server.operationalStatus]).toEqual(['deactivated', 'normal']);
  });
});
