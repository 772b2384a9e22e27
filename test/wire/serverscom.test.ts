import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateSshKey } from '../../core/ssh/ssh-key.ts';
import { createResetLedger } from '../../worker/providers/reset-ledger.ts';
import { createServerscom, type ServerscomOptions } from '../../worker/providers/serverscom/index.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { RESCUE, ScomAccount } from '../fakes/serverscom/account.ts';
import { scomError } from '../fakes/serverscom/refused.ts';
import { renderHost } from '../fakes/serverscom/render.ts';
import { ServerscomApi } from '../fakes/serverscom/serverscom-api.ts';
import { serveFake } from '../support/served-fake.ts';
import { useRedis } from '../support/use-redis.ts';
import { describeProvider, installKey, requestNow } from '../worker/providers/conformance.ts';
import { type ApiUnderTest, describeApiProvider } from '../worker/providers/conformance-api.ts';
import { describeFailures, type LeavingApi } from '../worker/providers/conformance-failures.ts';

const TOKEN = 'eyJhbGciOi-very-private';
const ID = 'xkazYeJ0';
const never = new AbortController().signal;

const redis = useRedis();

type Scom = Awaited<ReturnType<typeof startServerscom>>;

async function startServerscom() {
  await redis().flushall();
  const account = new ScomAccount();
  const machine = new PretendMachine();
  const admitted: { keys: readonly string[] } = { keys: [] };
  const server = account.addServer({
    ...{ id: ID, title: 'web-01', address: '127.0.0.1', machine, labels: { env: 'prod', web: '' } },
    authorise(publicKeys) {
      admitted.keys = publicKeys;
    },
  });
  account.addKey('alice', generateSshKey('alice').publicKey);
  const api = new ServerscomApi({ account, token: TOKEN, delayMs: 1, pageSize: 2 });
  const served = await serveFake(api, machine, '/v1');
  const providerWith = (options: Partial<ServerscomOptions>) =>
    createServerscom({
      ...{ apiUrl: served.url, token: TOKEN, rescueUser: 'root', sshPort: 2222, ...options },
      resets: createResetLedger(redis(), {
        ...{ provider: { id: 'serverscom', title: 'Servers.com' }, limit: Number.MAX_SAFE_INTEGER, windowMs: 60_000 },
      }),
    });
  return {
    ...{ account, admitted, api, machine, server, providerWith, blocks, deviceId: ID },
    provider: providerWith({}),
    tags: ['env:prod', 'prod', 'web'],
    impostor: () => providerWith({ token: 'wrong' }),
    strangerId: 'aaaaaaaa',
    secrets: [TOKEN],
    ...served,
    errorBody: (text: string) => scomError('UNPROCESSABLE_ENTITY', text, { name: text }),
    keyLabels: async () => [...account.keys.values()].map(({ name }) => name),
    left: async () => {
      const { operationalStatus, powerStatus, features } = server;
      const keys = [...account.keys.values()].map(({ name }) => name);
      return { keys, operationalStatus, powerStatus, rescue: features[RESCUE], runs: machine.booted };
    },
  };
}

const blockWith = (change: Partial<Scom['server']>) => (test: ApiUnderTest) =>
  void Object.assign((test as Scom).server, change);
const feature = (features: Scom['server']['features']) => (test: ApiUnderTest) =>
  void Object.assign((test as Scom).server.features, features);
const blocks: LeavingApi['blocks'] = [
  ['not delivered yet', blockWith({ status: 'pending' }), /state "pending" at Servers.com: it must be "active" first/],
  ['in rescue', blockWith({ operationalStatus: 'rescue_mode' }), /in rescue mode at Servers.com already: switch that/],
  ['being installed', blockWith({ operationalStatus: 'installation' }), /at work on web-01 \(installation\): wait/],
  ['off', blockWith({ powerStatus: 'powered_off' }), /web-01 is powered off at Servers.com: power it on first/],
  ['being cycled', blockWith({ powerStatus: 'power_cycling' }), /is power cycling at Servers.com: wait/],
  ['without rescue', feature({ [RESCUE]: 'unavailable' }), /cannot be brought into rescue.*or its kind, has none/],
  [
    'without a public address by a feature',
    feature({ [RESCUE]: 'unavailable', no_public_ip_address: 'activated' }),
    /needs a public address, and the feature no_public_ip_address is on/,
  ],
  [
    'with a feature in the way',
    feature({ [RESCUE]: 'incompatible', disaggregated_public_ports: 'activation' }),
    /a feature that is on \(disaggregated_public_ports\) does not go with it/,
  ],
  ['on the way out of rescue', feature({ [RESCUE]: 'deactivation' }), /is in deactivation at Servers.com: .* or wait/],
  [
    'netbooted',
    feature({ private_ipxe_boot: 'activated' }),
    /iPXE script of your own.*\(private_ipxe_boot\).*off first/,
  ],
];

describeProvider('serverscom', startServerscom);
describeApiProvider('serverscom', startServerscom);
describeFailures('serverscom', startServerscom);

describe('serverscom', () => {
  let scom: Scom;
  beforeEach(async () => {
    scom = await startServerscom();
  });
  afterEach(() => scom.close());

  const request = () => requestNow(scom.provider, ID);
  const posts = () => scom.api.requests.filter(({ method, path }) => method === 'POST' && path.includes(ID));
  const lastWord = ({ path }: { path: string }) => path.split('/').at(-1);
  async function ask() {
    const asked = await request();
    await scom.provider.addKey(ID, asked.key, never);
    return asked;
  }
  async function enter() {
    const asked = await ask();
    await scom.provider.enterRescue(ID, asked, never);
    await scom.api.settled();
    return asked;
  }
  const leave = async ({ saved }: { saved: Record<string, unknown> }) =>
    scom.provider.leaveRescue(ID, { ...(await request()), saved }, never);

  it('switches rescue on with the key of the install and without a password, and off again', async () => {
    const entry = await enter();
    expect(scom.admitted.keys).toEqual([installKey.publicKey.trim()]);
    const key = [...scom.account.keys.values()].find(({ name }) => name === installKey.label);
    expect(posts().map(({ path, body }) => [path.split('/').slice(-2).join('/'), body])).toEqual([
      [`${RESCUE}/activate`, { auth_methods: ['ssh_key'], ssh_key_fingerprints: [key?.fingerprint] }],
    ]);
    await leave(entry);
    await scom.api.settled();
    expect(posts().map(lastWord)).toEqual(['activate', 'deactivate']);
    expect(await scom.left()).toMatchObject({ rescue: 'deactivated', operationalStatus: 'normal', runs: 'disk' });
  });

  it('logs in as the user that the settings name, by sudo unless that is root', async () => {
    const asked = await enter();
    const access = { host: '127.0.0.1', port: 2222, user: 'root', sudo: false };
    expect(await scom.provider.rescueAccess(ID, asked, never)).toMatchObject(access);
    const other = scom.providerWith({ rescueUser: 'rescue' });
    expect(await other.rescueAccess(ID, asked, never)).toMatchObject({ user: 'rescue', sudo: true });
  });

  it('lists dedicated servers page by page, and nothing else that the account has', async () => {
    const machine = new PretendMachine();
    for (let number = 1; number <= 4; number += 1) {
      scom.account.addServer({ id: `id-${number}`, title: `db-${number}`, address: null, machine });
    }
    const listed = await scom.provider.listDevices(never);
    expect(listed.map(({ name }) => name)).toEqual(['web-01', 'db-1', 'db-2', 'db-3', 'db-4']);
    expect(listed[1]).toEqual({ provider: 'serverscom', id: 'id-1', name: 'db-1', tags: [] });
    scom.fail({ path: '/hosts', status: 200, body: [renderHost(scom.server, 'sbm_server')] });
    expect(await scom.provider.listDevices(never)).toEqual([]);
  });

  it('says of a server without a public address that it cannot be reached', async () => {
    scom.server.address = null;
    await expect(scom.provider.getServer(ID, never)).rejects.toMatchObject({ code: 'device-unfit' });
  });

  it.each([
    [409, 'INCOMPATIBLE_FEATURE_STATE', /refused the request: not now \(INCOMPATIBLE_FEATURE_STATE\)/],
    [412, 'PRECONDITION_FAILED', /refused the request: not now \(PRECONDITION_FAILED\)/],
  ])('tries later when it is told with %d: %s', async (status, code, words) => {
    const asked = await ask();
    scom.fail({ method: 'POST', path: /activate$/, status, body: scomError(code, 'not now') });
    const later = { code: 'provider-rejected', retry: 'backoff', userMessage: expect.stringMatching(words) };
    await expect(scom.provider.enterRescue(ID, asked, never)).rejects.toMatchObject(later);
    await scom.provider.enterRescue(ID, asked, never);
    expect(await scom.restarts()).toEqual(['rescue']);
  });

  it('does not try again what is wrong in itself, and says which field it was', async () => {
    const asked = await ask();
    const body = scomError('UNPROCESSABLE_ENTITY', 'Unprocessable entity', { auth_methods: 'is invalid' });
    scom.fail({ method: 'POST', path: /activate$/, status: 422, body });
    await expect(scom.provider.enterRescue(ID, asked, never)).rejects.toMatchObject({
      ...{ code: 'provider-rejected', retry: 'no' },
      userMessage: expect.stringContaining('Unprocessable entity, auth_methods is invalid (UNPROCESSABLE_ENTITY)'),
    });
  });

  it('waits with the way out until the way in is over', async () => {
    const asked = await ask();
    const boot = scom.machine.hold();
    await scom.provider.enterRescue(ID, asked, never);
    const out = { ...(await request()), saved: asked.saved };
    await expect(scom.provider.leaveRescue(ID, out, never)).rejects.toMatchObject({ retry: 'backoff' });
    boot();
    await scom.api.settled();
    await scom.provider.leaveRescue(ID, out, never);
    expect(await scom.restarts()).toEqual(['rescue', 'disk']);
  });

  it('leaves a rescue alone that somebody else switched on', async () => {
    const asked = await ask();
    scom.server.features[RESCUE] = 'activated';
    await leave(asked);
    expect(posts()).toEqual([]);
  });

  it('asks for nothing on the way out when rescue was switched off elsewhere', async () => {
    const entry = await enter();
    scom.server.features[RESCUE] = 'deactivation';
    await leave(entry);
    expect(posts().map(lastWord)).toEqual(['activate']);
  });

  it('waits for the key to be there before it restarts anything', async () => {
    const asked = await request();
    await expect(scom.provider.enterRescue(ID, asked, never)).rejects.toMatchObject({
      ...{ code: 'provider-unavailable', retry: 'backoff' },
      userMessage: expect.stringContaining('does not show the key of this install yet'),
    });
    expect(await scom.restarts()).toEqual([]);
  });

  it('sees by the rescue mode that a request was taken whose answer was lost', async () => {
    const asked = await ask();
    scom.fail({ method: 'POST', path: /activate$/, status: 'cut-after' });
    await expect(scom.provider.enterRescue(ID, asked, never)).rejects.toMatchObject({ retry: 'backoff' });
    await scom.provider.enterRescue(ID, asked, never);
    expect(posts().map(lastWord)).toEqual(['activate']);
    expect(await scom.restarts()).toEqual(['rescue']);
  });

  it.each([
    ['powered_on', 'power_cycle'],
    ['powered_off', 'power_on'],
  ] as const)('cycles a server that is %s in a rescue that nobody answers from', async (powerStatus, expected) => {
    await enter();
    scom.server.powerStatus = powerStatus;
    const again = await request();
    await scom.provider.enterRescue(ID, again, never);
    await scom.provider.enterRescue(ID, again, never);
    expect(posts().map(lastWord)).toEqual(['activate', expected]);
    expect(await scom.restarts()).toEqual(['rescue', 'rescue']);
  });

  it('enters anew when the first way in broke the restart', async () => {
    scom.machine.broken = true;
    await enter();
    scom.machine.broken = false;
    await scom.provider.enterRescue(ID, await request(), never);
    expect(posts().map(lastWord)).toEqual(['activate', 'activate']);
    expect(await scom.restarts()).toEqual(['rescue']);
  });
});
