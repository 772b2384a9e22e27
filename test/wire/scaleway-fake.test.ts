import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { ScwAccount, type ScwServer } from '../fakes/scaleway/account.ts';
import { ScalewayApi } from '../fakes/scaleway/scaleway-api.ts';
import { serveFake } from '../support/served-fake.ts';

const PROJECT = 'p-1';
const SERVERS = '/baremetal/v1/zones/fr-par-1/servers';
const KEYS = '/iam/v1alpha1/ssh-keys';

let account: ScwAccount;
let machine: PretendMachine;
let server: ScwServer;
let api: ScalewayApi;
let served: Awaited<ReturnType<typeof serveFake>>;
let admitted: readonly string[];

beforeEach(async () => {
  account = new ScwAccount(PROJECT);
  machine = new PretendMachine();
  admitted = ['before'];
  server = account.addServer({
    ...{ id: 's-1', name: 'web-01', zone: 'fr-par-1', address: '127.0.77.1', machine },
    authorise(publicKeys) {
      admitted = publicKeys;
    },
  });
  api = new ScalewayApi({ account, secretKey: 'secret', delayMs: 1 });
  served = await serveFake(api, machine);
});
afterEach(() => served.close());

async function call(method: string, path: string, body?: object, secret = 'secret') {
  const headers = { 'X-Auth-Token': secret, 'Content-Type': 'application/json' };
  const sent = body ? { body: JSON.stringify(body) } : {};
  const response = await fetch(`${served.url}${path}`, { method, headers, ...sent });
  const answer = await response.text();
  return { status: response.status, body: answer === '' ? null : JSON.parse(answer) };
}

describe("the fake of Scaleway's API", () => {
  it('lets only its secret key in, and knows a server in its own zone alone', async () => {
    const stranger = await call('GET', SERVERS, undefined, 'other');
    expect(stranger).toMatchObject({ status: 401, body: { type: 'denied_authentication' } });
    expect((await call('GET', `${SERVERS}/s-1`)).body).toMatchObject({
      id: 's-1',
      status: 'ready',
      boot_type: 'normal',
    });
    expect(await call('GET', `${SERVERS.replace('par-1', 'par-2')}/s-1`)).toMatchObject({
      ...{ status: 404, body: { type: 'not_found', resource: 'server' } },
    });
    expect((await call('GET', '/baremetal/v1/zones/us-nyc-1/servers')).status).toBe(404);
  });

  it('keeps what a reboot led to, until the next one, and lets the keys of that one in', async () => {
    const key = (await call('POST', KEYS, { name: 'k', public_key: 'ssh-ed25519 AAAA me', project_id: PROJECT })).body;
    const rescue = { boot_type: 'rescue', ssh_key_ids: [key.id] };
    expect((await call('POST', `${SERVERS}/s-1/reboot`, rescue)).body).toMatchObject({
      ...{ status: 'starting', boot_type: 'rescue', rescue_server: { user: 'rescue' } },
    });
    await api.settled();
    expect([machine.starts, admitted]).toEqual([['rescue'], ['ssh-ed25519 AAAA me']]);
    expect((await call('GET', `${SERVERS}/s-1`)).body).toMatchObject({ status: 'ready', boot_type: 'rescue' });
    await call('POST', `${SERVERS}/s-1/reboot`, { boot_type: 'normal' });
    await api.settled();
    expect([machine.starts, admitted]).toEqual([['rescue', 'disk'], []]);
    expect((await call('GET', `${SERVERS}/s-1`)).body).toMatchObject({ boot_type: 'normal', rescue_server: null });
  });

  it.each([
    ['starting', 'reboot', 409, 'transient_state'],
    ['delivering', 'start', 409, 'transient_state'],
    ['locked', 'reboot', 423, 'locked'],
    ['stopped', 'reboot', 412, 'precondition_failed'],
    ['ready', 'start', 412, 'precondition_failed'],
  ] as const)('refuses of a server that is %s to %s it', async (status, action, code, type) => {
    server.status = status;
    expect(await call('POST', `${SERVERS}/s-1/${action}`, {})).toMatchObject({ status: code, body: { type } });
    await api.settled();
    expect(machine.starts).toEqual([]);
  });

  it('refuses what it does not know, and changes nothing then', async () => {
    const wishes = [{ boot_type: 'network' }, { colour: 'red' }, { boot_type: 'rescue', ssh_key_ids: ['nobody'] }];
    for (const wish of wishes) {
      expect((await call('POST', `${SERVERS}/s-1/reboot`, wish)).status).toBeGreaterThanOrEqual(400);
    }
    expect(server).toMatchObject({ status: 'ready', bootType: 'normal' });
    const noKey = await call('POST', KEYS, { name: 'k', public_key: 'hello', project_id: PROJECT });
    expect(noKey).toMatchObject({ status: 400, body: { type: 'invalid_arguments' } });
    expect(account.keys.size).toBe(0);
  });

  it('lists page by page, finds keys by a part of their name, and forgets one when it is told to', async () => {
    for (const name of ['a-1', 'a-11', 'b']) account.addKey({ name, publicKey: 'ssh-ed25519 A', projectId: PROJECT });
    const page = (await call('GET', `${KEYS}?page=2&page_size=2`)).body;
    expect(page).toMatchObject({ total_count: 3, ssh_keys: [{ name: 'b' }] });
    const found = (await call('GET', `${KEYS}?name=a-1`)).body.ssh_keys;
    expect(found).toMatchObject([{ name: 'a-1' }, { name: 'a-11' }]);
    expect((await call('DELETE', `${KEYS}/${found[0].id}`)).status).toBe(204);
    expect((await call('DELETE', `${KEYS}/${found[0].id}`)).status).toBe(404);
  });

  it('tells of a restart that came to nothing by its state', async () => {
    machine.broken = true;
    await call('POST', `${SERVERS}/s-1/reboot`, {});
    await api.settled();
    expect((await call('GET', `${SERVERS}/s-1`)).body).toMatchObject({ status: 'error' });
  });
});
