import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IronicAccount, type IronicNode } from '../fakes/ironic/account.ts';
import type { IronicDoor } from '../fakes/ironic/door.ts';
import { IronicApi } from '../fakes/ironic/ironic-api.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { serveFake } from '../support/served-fake.ts';

const NODES = '/baremetal/v1/nodes';
const KEY = '/instance_info/kernel_append_params';
const login = { id: 'c-1', secret: 'hush' };

let account: IronicAccount;
let machine: PretendMachine;
let node: IronicNode;
let api: IronicApi;
let served: Awaited<ReturnType<typeof serveFake>>;
let admitted: readonly string[];
let told: string;

async function start(door: IronicDoor) {
  account = new IronicAccount();
  machine = new PretendMachine();
  admitted = ['before'];
  node = account.addNode({
    ...{ uuid: 'n-1', name: 'web-01', machine },
    authorise(publicKeys) {
      admitted = publicKeys;
    },
    tellKernel(parameters) {
      told = parameters;
    },
  });
  api = new IronicApi({ account, door, delayMs: 1, pageSize: 2 });
  served = await serveFake(api, machine);
}
beforeEach(() => start({ kind: 'none' }));
afterEach(() => served.close());

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const sent = body ? { body: JSON.stringify(body) } : {};
  const all = { 'Content-Type': 'application/json', 'X-OpenStack-Ironic-API-Version': '1.38', ...headers };
  const response = await fetch(`${served.url}${path}`, { method, headers: all, ...sent });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers };
}
const provision = (target: string, more: object = {}) =>
  call('PUT', `${NODES}/n-1/states/provision`, { target, ...more });
const rescue = () => provision('rescue', { rescue_password: 'p' });
const patch = (...changes: object[]) => call('PATCH', `${NODES}/n-1`, changes);
const faultOf = ({ body }: { body: { error_message: string } }) => JSON.parse(body.error_message).faultstring;

describe("the fake of Ironic's API", () => {
  it('goes into rescue and back to its disk, by the states that Ironic has', async () => {
    const release = machine.hold();
    expect(await rescue()).toMatchObject({ status: 202, body: null });
    expect(node).toMatchObject({ state: expect.stringMatching(/^rescu/), target: 'rescue', passwords: ['p'] });
    release();
    await api.settled();
    expect((await call('GET', `${NODES}/n-1`)).body).toMatchObject({
      ...{ provision_state: 'rescue', target_provision_state: null, power_state: 'power on' },
    });
    expect((await provision('unrescue')).status).toBe(202);
    expect(node.target ?? 'active').toBe('active');
    await api.settled();
    expect([node.state, machine.starts]).toEqual(['active', ['rescue', 'disk']]);
  });

  it('rescues again what is in rescue, and tells a time of its own for each change', async () => {
    const times = new Set([node.updatedAt]);
    for (let entry = 1; entry <= 2; entry += 1) {
      await rescue();
      await api.settled();
      times.add(node.updatedAt);
    }
    expect(times.size).toBe(3);
    expect(machine.starts).toEqual(['rescue', 'rescue']);
  });

  it('lets the first key on the command line in, as long as the server runs from the network', async () => {
    node.driverInfo.kernel_append_params = 'sshkey="ssh-rsa AAAA operator"';
    await rescue();
    await api.settled();
    expect(admitted).toEqual(['ssh-rsa AAAA operator']);
    await patch({ op: 'add', path: KEY, value: 'sshkey="ssh-ed25519 BBBB us" %default%' });
    await rescue();
    await api.settled();
    expect(admitted).toEqual(['ssh-ed25519 BBBB us']);
    expect(told).toMatch(/ sshkey="ssh-ed25519 BBBB us" quiet /);
    await provision('unrescue');
    await api.settled();
    expect([admitted, told]).toEqual([[], '']);
  });

  it.each([
    ['unrescue', 'active'],
    ['unrescue', 'rescue wait'],
    ['rescue', 'available'],
    ['rescue', 'rescuing'],
    ['abort', 'rescue'],
  ])('refuses to %s what is %s', async (target, state) => {
    node.state = state;
    const refused = await provision(target, { rescue_password: 'p' });
    expect(refused.status).toBe(400);
    expect(faultOf(refused)).toContain(`while it is in state "${state}"`);
    await api.settled();
    expect(machine.starts).toEqual([]);
  });

  it('gives up waiting for a rescue system that does not report when it is told to', async () => {
    node.neverReports = true;
    await rescue();
    await api.settled();
    expect(node.state).toBe('rescue wait');
    await provision('abort');
    expect(node.state).toBe('rescue failed');
    await provision('unrescue');
    await api.settled();
    expect(node.state).toBe('active');
  });

  it('says by its state that a restart came to nothing', async () => {
    machine.broken = true;
    await rescue();
    await api.settled();
    expect(node.state).toBe('rescue failed');
    await provision('unrescue');
    await api.settled();
    expect(node.state).toBe('unrescue failed');
  });

  it('wants a password, no maintenance, and a version that knows rescue', async () => {
    expect((await provision('rescue')).status).toBe(400);
    expect((await provision('dance')).status).toBe(400);
    node.maintenance = true;
    expect(faultOf(await rescue())).toContain('maintenance mode');
    node.maintenance = false;
    for (const version of ['1.37', '1.999', '2.1']) {
      const asked = { target: 'rescue', rescue_password: 'p' };
      const headers = { 'X-OpenStack-Ironic-API-Version': version };
      expect((await call('PUT', `${NODES}/n-1/states/provision`, asked, headers)).status).toBe(406);
    }
    expect(node.state).toBe('active');
  });

  it('patches what belongs to the instance, all or nothing, and not on the way to another state', async () => {
    await patch({ op: 'add', path: KEY, value: 'a' }, { op: 'add', path: '/instance_info/b', value: 1 });
    expect(node.instanceInfo).toEqual({ kernel_append_params: 'a', b: 1 });
    expect((await patch({ op: 'remove', path: KEY }, { op: 'remove', path: '/instance_info/c' })).status).toBe(400);
    expect(node.instanceInfo).toEqual({ kernel_append_params: 'a', b: 1 });
    await patch({ op: 'remove', path: KEY });
    expect(node.instanceInfo).toEqual({ b: 1 });
    expect((await patch({ op: 'add', path: '/provision_state', value: 'rescue' })).status).toBe(400);
    const release = machine.hold();
    await rescue();
    expect((await patch({ op: 'add', path: KEY, value: 'late' })).status).toBe(409);
    release();
  });

  it('lists page by page what we may see, with the fields that are asked for', async () => {
    for (const uuid of ['n-2', 'n-3']) account.addNode({ uuid, name: null, machine });
    account.addNode({ uuid: 'n-9', name: 'hidden', machine, visible: false });
    const first = (await call('GET', `${NODES}?fields=uuid,traits&limit=100`)).body;
    expect(first.nodes).toEqual([
      { uuid: 'n-1', traits: [] },
      { uuid: 'n-2', traits: [] },
    ]);
    expect(first.next).toContain('marker=n-2');
    const last = (await call('GET', `${NODES}?fields=uuid&marker=n-2`)).body;
    expect(last).toEqual({ nodes: [{ uuid: 'n-3' }] });
    expect((await call('GET', `${NODES}?marker=n-9`)).status).toBe(404);
    expect((await call('GET', `${NODES}/n-9`)).status).toBe(404);
  });
});

describe("the fake's door", () => {
  const identity = (credential: object) => ({
    auth: { identity: { methods: ['application_credential'], application_credential: credential } },
  });
  const ask = (credential: object) => call('POST', '/identity/v3/auth/tokens', identity(credential));

  it('opens to a token of Keystone, until it is taken back', async () => {
    await start({ kind: 'keystone', credentialId: 'c-1', secret: 'hush' });
    expect((await call('GET', NODES)).status).toBe(401);
    expect((await ask({ ...login, secret: 'x' })).status).toBe(401);
    expect((await call('POST', '/identity/v3/auth/tokens', {})).status).toBe(400);
    const given = await ask(login);
    const pass = { 'X-Auth-Token': given.headers.get('X-Subject-Token') ?? '' };
    expect(given).toMatchObject({ status: 201, body: { token: { expires_at: expect.any(String) } } });
    expect((await call('GET', NODES, undefined, pass)).status).toBe(200);
    api.tokens.revoke();
    expect((await call('GET', NODES, undefined, pass)).status).toBe(401);
  });

  it('opens to a name and a password', async () => {
    await start({ kind: 'basic', user: 'u', password: 'p' });
    expect((await call('GET', NODES)).status).toBe(401);
    const Authorization = `Basic ${Buffer.from('u:p').toString('base64')}`;
    expect((await call('GET', NODES, undefined, { Authorization })).status).toBe(200);
    expect((await ask(login)).status).toBe(401);
  });
});
