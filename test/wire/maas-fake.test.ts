import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MaasAccount, type MaasMachine } from '../fakes/maas/account.ts';
import { MaasApi } from '../fakes/maas/maas-api.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { serveFake } from '../support/served-fake.ts';

const MACHINE = '/machines/abc123/';
const KEYS = '/account/prefs/sshkeys/';

let account: MaasAccount;
let machine: PretendMachine;
let server: MaasMachine;
let api: MaasApi;
let served: Awaited<ReturnType<typeof serveFake>>;
let admitted: readonly string[];
let nonce = 0;

beforeEach(async () => {
  account = new MaasAccount('xepa');
  machine = new PretendMachine();
  admitted = ['before'];
  server = account.addMachine({
    ...{ id: 'abc123', hostname: 'web-01', address: '127.0.0.1', machine },
    authorise(publicKeys) {
      admitted = publicKeys;
    },
  });
  api = new MaasApi({ account, apiKey: 'c:t:s&1', delayMs: 1 });
  served = await serveFake(api, machine);
});
afterEach(() => served.close());

/** A header as a client writes it; `change` writes some of its fields differently. */
function header(change: Record<string, string> = {}): string {
  nonce += 1;
  const fields = {
    ...{ oauth_signature_method: 'PLAINTEXT', oauth_consumer_key: 'c', oauth_token: 't', oauth_version: '1.0' },
    ...{ oauth_signature: '%26s%25261', oauth_nonce: String(nonce) },
    ...{ oauth_timestamp: String(Math.floor(Date.now() / 1_000)) },
    ...change,
  };
  return `OAuth ${Object.entries(fields).map(([name, value]) => `${name}="${value}"`)}`;
}

async function call(method: string, path: string, form?: Record<string, string>, Authorization = header()) {
  const sent = form ? { body: new URLSearchParams(form) } : {};
  const response = await fetch(`${served.url}${path}`, { method, headers: { Authorization }, ...sent });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}
const tell = (operation: string) => call('POST', `${MACHINE}?op=${operation}`, {});
const statusOf = async () => (await call('GET', MACHINE)).body.status_name;

describe("the fake of MAAS's API", () => {
  it.each([
    ['no header', 'Basic eA=='],
    ['another consumer', header({ oauth_consumer_key: 'x' })],
    ['another token', header({ oauth_token: 'x' })],
    ['another secret', header({ oauth_signature: '%26x' })],
    ['an old time', header({ oauth_timestamp: '1700000000' })],
    ['no nonce', header({ oauth_nonce: '' })],
    ['another method', header({ oauth_signature_method: 'HMAC-SHA1' })],
  ])('lets nobody in with %s', async (_what, authorization) => {
    const refused = await call('GET', '/machines/', undefined, authorization);
    expect(refused).toMatchObject({ status: 401, body: expect.stringMatching(/^Authorization Error/) });
  });

  it('lets one call in by one header', async () => {
    const once = header();
    expect((await call('GET', '/machines/', undefined, once)).status).toBe(200);
    expect((await call('GET', '/machines/', undefined, once)).status).toBe(401);
  });

  it('shows what the user may see, and nothing else', async () => {
    account.addMachine({ id: 'hidden', hostname: 'db', address: '127.0.0.2', machine, visible: false });
    const { body } = await call('GET', '/machines/');
    expect(body).toMatchObject([{ system_id: 'abc123', hostname: 'web-01', status: 6, power_state: 'on' }]);
    const unknown = await call('GET', '/machines/hidden/');
    expect(unknown).toEqual({ status: 404, body: 'No Machine matches the given query.' });
  });

  it('goes into rescue mode with the keys of whoever asks, who owns it then, and back to its disk', async () => {
    account.addKey('ssh-ed25519 AAAA mine');
    account.addKey('ssh-ed25519 BBBB alice', 'alice');
    expect((await tell('rescue_mode')).body).toMatchObject({ status_name: 'Entering rescue mode', owner: 'xepa' });
    await api.settled();
    expect([await statusOf(), machine.starts, admitted]).toEqual([
      'Rescue mode',
      ['rescue'],
      ['ssh-ed25519 AAAA mine'],
    ]);
    expect((await call('GET', MACHINE)).body.boot_interface.discovered).toMatchObject([{ ip_address: '127.0.0.1' }]);
    expect((await tell('exit_rescue_mode')).body.status_name).toBe('Exiting rescue mode');
    await api.settled();
    expect([await statusOf(), machine.starts, admitted]).toEqual(['Deployed', ['rescue', 'disk'], []]);
  });

  it('boots rescue again when it is switched off and on in it, and does nothing for what is so already', async () => {
    await tell('rescue_mode');
    await tell('power_on');
    await tell('power_off');
    await tell('power_off');
    await api.settled();
    expect(await statusOf()).toBe('Rescue mode');
    expect((await call('GET', MACHINE)).body.power_state).toBe('off');
    await tell('power_on');
    await api.settled();
    expect(machine.starts).toEqual(['rescue', 'rescue']);
  });

  it.each([
    [9, 'rescue_mode', 'Invalid transition: Deploying -> Entering rescue mode.'],
    [16, 'rescue_mode', 'Invalid transition: Rescue mode -> Entering rescue mode.'],
    [6, 'exit_rescue_mode', 'Invalid transition: Deployed -> Exiting rescue mode.'],
    [19, 'exit_rescue_mode', 'Invalid transition: Exiting rescue mode -> Exiting rescue mode.'],
  ])('refuses in state %d to %s', async (status, operation, sentence) => {
    server.status = status;
    expect(await tell(operation)).toEqual({ status: 409, body: sentence });
    await api.settled();
    expect(machine.starts).toEqual([]);
  });

  it('refuses a locked machine, and what it does not know', async () => {
    server.locked = true;
    expect((await tell('rescue_mode')).status).toBe(409);
    expect((await tell('dance')).status).toBe(400);
    expect((await call('GET', '/nothing/')).status).toBe(404);
  });

  it('says by its state that a restart came to nothing, and leaves the way out open', async () => {
    machine.broken = true;
    await tell('rescue_mode');
    await api.settled();
    expect(await statusOf()).toBe('Failed to enter rescue mode');
    await tell('exit_rescue_mode');
    await api.settled();
    expect(await statusOf()).toBe('Failed to exit rescue mode');
    machine.broken = false;
    await tell('exit_rescue_mode');
    await api.settled();
    expect([await statusOf(), machine.starts]).toEqual(['Deployed', ['disk']]);
  });

  it('keeps keys for each user, none of them twice', async () => {
    const theirs = account.addKey('ssh-ed25519 BBBB alice', 'alice');
    expect((await call('POST', KEYS, { key: 'ssh-ed25519 AAAA me' })).status).toBe(201);
    const twice = await call('POST', KEYS, { key: 'ssh-ed25519 AAAA me' });
    expect(twice).toEqual({ status: 400, body: { key: ['This key has already been added for this user.'] } });
    expect((await call('POST', KEYS, { key: 'hello' })).status).toBe(400);
    const { body } = await call('GET', KEYS);
    expect(body).toMatchObject([{ key: 'ssh-ed25519 AAAA me' }]);
    expect((await call('DELETE', `${KEYS}${theirs.id}/`)).status).toBe(403);
    expect((await call('DELETE', `${KEYS}${body[0].id}/`)).status).toBe(204);
    expect((await call('DELETE', `${KEYS}${body[0].id}/`)).status).toBe(404);
  });
});
