import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateSshKey } from '../../core/ssh/ssh-key.ts';
import { md5Fingerprint } from '../../worker/providers/published-key.ts';
import { RobotAccount, type RobotServer } from '../fakes/hetzner-robot/account.ts';
import { RobotApi } from '../fakes/hetzner-robot/robot-api.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { serveFake } from '../support/served-fake.ts';

const { publicKey } = generateSshKey('install');
const fingerprint = md5Fingerprint(publicKey);

let clock: number;
let account: RobotAccount;
let machine: PretendMachine;
let server: RobotServer;
let api: RobotApi;
let served: Awaited<ReturnType<typeof serveFake>>;
let admitted: readonly string[];

beforeEach(async () => {
  clock = 5_000_000;
  account = new RobotAccount(() => clock);
  machine = new PretendMachine();
  admitted = [];
  server = account.addServer({
    ...{ number: 321, name: 'web-01', address: '127.0.77.1', machine },
    authorise(keys) {
      admitted = keys;
    },
    hostKeys: async () => (machine.booted === 'rescue' ? ['SHA256:of-this-boot'] : []),
  });
  api = new RobotApi({ account, user: 'u', password: 'p', delayMs: 1, now: () => clock });
  served = await serveFake(api, machine);
});
afterEach(() => served.close());

async function call(method: string, path: string, form?: [string, string][], login = 'u:p') {
  const response = await fetch(`${served.url}${path}`, {
    method,
    headers: { Authorization: `Basic ${Buffer.from(login).toString('base64')}` },
    ...(form ? { body: new URLSearchParams(form) } : {}),
  });
  const text = await response.text();
  return { status: response.status, json: text === '' ? null : JSON.parse(text) };
}

function passHours(hours: number): void {
  clock += hours * 3_600_000;
}

const addKey = () =>
  call('POST', '/key', [
    ['name', 'xepa'],
    ['data', publicKey],
  ]);
const activate = (...keys: string[]) =>
  call('POST', '/boot/321/rescue', [
    ['os', 'linux'],
    ...keys.map((key): [string, string] => ['authorized_key[]', key]),
  ]);
const refusal = (status: number, code: string) => ({ status, json: { error: { status, code } } });

describe('who is asking', () => {
  it('is told 401 in the shape of every error, and after three of them everybody is shut out', async () => {
    for (let times = 0; times < 3; times += 1) {
      expect(await call('GET', '/server', undefined, 'u:wrong')).toMatchObject(refusal(401, 'UNAUTHORIZED'));
    }
    expect(await call('GET', '/server')).toMatchObject(refusal(401, 'UNAUTHORIZED'));
    api.heal();
    expect(await call('GET', '/server')).toMatchObject({ status: 200 });
  });

  it('is told 403 for one call too many within an hour, with the limit, and not for calls of another kind', async () => {
    for (let times = 0; times < 50; times += 1) await call('POST', '/reset/321', [['type', 'nonsense']]);
    expect(await call('POST', '/reset/321', [['type', 'hw']])).toMatchObject({
      status: 403,
      json: { error: { code: 'RATE_LIMIT_EXCEEDED', max_request: 50, interval: 3_600 } },
    });
    expect(await call('GET', '/reset/321')).toMatchObject({ status: 200 });
    clock += 3_600_000;
    expect(await call('POST', '/reset/321', [['type', 'hw']])).toMatchObject({ status: 200 });
  });
});

describe('servers and keys', () => {
  it('are lists of objects in objects, and an empty list is a 404', async () => {
    expect((await call('GET', '/server')).json).toMatchObject([{ server: { server_number: 321, status: 'ready' } }]);
    expect((await call('GET', '/server/321')).json).toMatchObject({ server: { reset: true, rescue: true } });
    expect(await call('GET', '/server/1')).toMatchObject(refusal(404, 'SERVER_NOT_FOUND'));
    expect(await call('GET', '/key')).toMatchObject(refusal(404, 'NOT_FOUND'));
    account.servers.clear();
    expect(await call('GET', '/server')).toMatchObject(refusal(404, 'SERVER_NOT_FOUND'));
  });

  it('know a key by its MD5, once', async () => {
    expect(await addKey()).toMatchObject({ status: 201, json: { key: { name: 'xepa', fingerprint } } });
    expect(await addKey()).toMatchObject(refusal(409, 'KEY_ALREADY_EXISTS'));
    expect(await call('DELETE', `/key/${fingerprint}`)).toEqual({ status: 200, json: null });
    expect(await call('DELETE', `/key/${fingerprint}`)).toMatchObject(refusal(404, 'NOT_FOUND'));
  });

  it('name what a form lacks, and what is wrong in it', async () => {
    const { json } = await call('POST', '/key', [['name', 'xepa']]);
    expect(json.error).toMatchObject({ code: 'INVALID_INPUT', missing: ['data'], invalid: null });
    const wrong = await call('POST', '/key', [
      ['name', 'xepa'],
      ['data', 'ssh-ed25519 nonsense'],
    ]);
    expect(wrong.json.error).toMatchObject({ code: 'INVALID_INPUT', missing: null, invalid: ['data'] });
  });
});

describe('the rescue system', () => {
  it('boots at the next reset and only then, lets the named key in, and publishes its host key once it is up', async () => {
    await addKey();
    const { json } = await activate(fingerprint);
    expect(json.rescue).toMatchObject({
      active: true,
      password: null,
      host_key: [],
      authorized_key: [{ key: { fingerprint } }],
    });
    expect(machine.booted).toBe('disk');
    expect(await call('POST', '/reset/321', [['type', 'hw']])).toMatchObject({ json: { reset: { type: 'hw' } } });
    await api.settled();
    expect([machine.booted, admitted]).toEqual(['rescue', [publicKey]]);
    expect((await call('GET', '/boot/321/rescue')).json.rescue.active).toBe(false);
    const last = await call('GET', '/boot/321/rescue/last');
    expect(last.json.rescue).toMatchObject({ host_key: [{ key: { fingerprint: 'SHA256:of-this-boot' } }] });
    await call('POST', '/reset/321', [['type', 'hw']]);
    await api.settled();
    expect([machine.booted, admitted]).toEqual(['disk', []]);
  });

  it.each([
    ['it was taken back', () => call('DELETE', '/boot/321/rescue')],
    ['nobody used it for an hour', async () => passHours(1)],
  ])('does not boot when %s', async (_what, then) => {
    await activate();
    await then();
    await call('POST', '/reset/321', [['type', 'hw']]);
    await api.settled();
    expect(machine.booted).toBe('disk');
  });

  it('has a password where no key lets people in, and is activated once at a time', async () => {
    expect((await activate()).json.rescue.password).toMatch(/\S{8}/);
    expect(await activate()).toMatchObject(refusal(409, 'BOOT_ALREADY_ENABLED'));
    expect((await call('GET', '/boot/321')).json.boot).toMatchObject({
      rescue: { active: true },
      linux: { active: false },
    });
  });

  it('refuses a key that is not registered, and a server that has none or another boot configuration', async () => {
    expect(await activate(fingerprint)).toMatchObject({ json: { error: { invalid: ['authorized_key'] } } });
    expect(await call('GET', '/boot/321/rescue/last')).toMatchObject(refusal(404, 'BOOT_NOT_AVAILABLE'));
    server.otherBoot = 'linux';
    expect(await activate()).toMatchObject(refusal(409, 'BOOT_ALREADY_ENABLED'));
    server.rescueOffered = false;
    expect(await activate()).toMatchObject(refusal(404, 'BOOT_NOT_AVAILABLE'));
  });
});

describe('resets', () => {
  it('are those that the server has, and tell whether it runs', async () => {
    expect((await call('GET', '/reset/321')).json.reset).toMatchObject({
      type: ['sw', 'hw', 'man'],
      operating_status: 'running',
    });
    await machine.powerOff();
    expect((await call('GET', '/reset/321')).json.reset.operating_status).toBe('stopped');
    expect(await call('POST', '/reset/321', [['type', 'power']])).toMatchObject(refusal(400, 'INVALID_INPUT'));
    server.manualReset = true;
    expect(await call('POST', '/reset/321', [['type', 'hw']])).toMatchObject(refusal(409, 'RESET_MANUAL_ACTIVE'));
    server.resets = [];
    expect(await call('GET', '/reset/321')).toMatchObject(refusal(404, 'RESET_NOT_AVAILABLE'));
  });
});
