import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createResetLedger } from '../../worker/providers/reset-ledger.ts';
import { createScaleway } from '../../worker/providers/scaleway/index.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { ScwAccount } from '../fakes/scaleway/account.ts';
import { scwError } from '../fakes/scaleway/refused.ts';
import { RESCUE_PASSWORD, renderServer } from '../fakes/scaleway/render.ts';
import { ScalewayApi } from '../fakes/scaleway/scaleway-api.ts';
import { serveFake } from '../support/served-fake.ts';
import { useRedis } from '../support/use-redis.ts';
import { describeProvider, installKey, requestNow } from '../worker/providers/conformance.ts';
import { type ApiUnderTest, describeApiProvider } from '../worker/providers/conformance-api.ts';
import { describeFailures, type LeavingApi } from '../worker/providers/conformance-failures.ts';

const SECRET = '5f6a1f6e-very-private';
const PROJECT = '951df375-e094-4d26-97c1-ba548eeb9c42';
const ID = '3d3662cd-1da0-4b00-8828-61d44fa9ee49';
const STRANGER = 'fd406ea6-cba6-49b4-8ead-841ae91918b3';
const zones = ['fr-par-1', 'fr-par-2', 'nl-ams-1'];
const never = new AbortController().signal;

const redis = useRedis();

type Scaleway = Awaited<ReturnType<typeof startScaleway>>;

async function startScaleway() {
  await redis().flushall();
  const account = new ScwAccount(PROJECT);
  const machine = new PretendMachine();
  const admitted: { keys: readonly string[] } = { keys: [] };
  const server = account.addServer({
    ...{ id: ID, name: 'web-01', zone: 'fr-par-2', address: '127.0.0.1', machine, tags: ['prod', 'web'] },
    authorise(publicKeys) {
      admitted.keys = publicKeys;
    },
  });
  const elsewhere = { address: '127.0.0.2', machine: new PretendMachine(), projectId: 'another-project' };
  account.addServer({ id: STRANGER, name: 'not-ours', zone: 'fr-par-2', ...elsewhere });
  account.addKey({ name: 'alice', publicKey: 'ssh-ed25519 AAAA alice', projectId: PROJECT });
  account.addKey({ name: 'xepa-xe-1', publicKey: 'ssh-ed25519 BBBB other', projectId: 'another-project' });
  const api = new ScalewayApi({ account, secretKey: SECRET, delayMs: 1, pageSize: 2 });
  const served = await serveFake(api, machine);
  const providerWith = (secretKey: string) =>
    createScaleway({
      ...{ apiUrl: served.url, secretKey, projectId: PROJECT, zones, sshPort: 2222 },
      resets: createResetLedger(redis(), {
        ...{ provider: { id: 'scaleway', title: 'Scaleway' }, limit: Number.MAX_SAFE_INTEGER, windowMs: 60_000 },
      }),
    });
  const ours = () => [...account.keys.values()].filter(({ projectId }) => projectId === PROJECT);
  return {
    ...{ account, admitted, api, machine, server, providerWith, blocks, deviceId: ID },
    provider: providerWith(SECRET),
    tags: ['prod', 'web'],
    impostor: () => providerWith('wrong'),
    strangerId: STRANGER,
    secrets: [SECRET],
    ...served,
    errorBody: (text: string) => scwError('invalid_arguments', text, { details: [{ help_message: text }] }),
    keyLabels: async () => ours().map(({ name }) => name),
    left: async () => {
      const { status, bootType } = server;
      const keys = [...account.keys.values()].map(({ name, publicKey }) => [name, publicKey]);
      return { keys, status, bootType, runs: machine.booted, power: machine.power };
    },
  };
}

const blockWith = (change: Partial<Scaleway['server']>) => (test: ApiUnderTest) =>
  void Object.assign((test as Scaleway).server, change);
const blocks: LeavingApi['blocks'] = [
  ['off', blockWith({ status: 'stopped' }), /web-01 is powered off at Scaleway: power it on first/],
  ['held by the provider', blockWith({ status: 'locked' }), /locked at Scaleway: ask its support why/],
  ['not delivered yet', blockWith({ status: 'delivering' }), /is delivering at Scaleway: wait until it is ready/],
  ['broken', blockWith({ status: 'error' }), /in the state "error" at Scaleway: it must be "ready" first/],
  ['being installed', blockWith({ installStatus: 'installing' }), /Scaleway is installing a system on web-01: wait/],
  ['in rescue', blockWith({ bootType: 'rescue' }), /set to boot "rescue" at Scaleway: switch it to normal mode/],
];

describeProvider('scaleway', startScaleway);
describeApiProvider('scaleway', startScaleway);
describeFailures('scaleway', startScaleway);

describe('scaleway', () => {
  let scaleway: Scaleway;
  beforeEach(async () => {
    scaleway = await startScaleway();
  });
  afterEach(() => scaleway.close());

  const request = () => requestNow(scaleway.provider, ID);
  const posts = () => scaleway.api.requests.filter(({ method, path }) => method === 'POST' && path.includes(ID));
  async function enter() {
    const asked = await request();
    await scaleway.provider.addKey(ID, asked.key, never);
    await scaleway.provider.enterRescue(ID, asked, never);
    await scaleway.api.settled();
    return asked;
  }
  const leave = async ({ saved }: { saved: Record<string, unknown> }) =>
    scaleway.provider.leaveRescue(ID, { ...(await request()), saved }, never);

  it('reboots into rescue with the key of the install, and out of it without', async () => {
    const entry = await enter();
    expect(scaleway.admitted.keys).toEqual([installKey.publicKey.trim()]);
    await leave(entry);
    await scaleway.api.settled();
    const [keyId] = [...scaleway.account.keys.values()].filter(({ name }) => name === installKey.label);
    expect(posts().map(({ path, body }) => [path.split('/').at(-1), body])).toEqual([
      ['reboot', { boot_type: 'rescue', ssh_key_ids: [keyId?.id] }],
      ['reboot', { boot_type: 'normal' }],
    ]);
    expect(scaleway.server).toMatchObject({ bootType: 'normal', status: 'ready' });
  });

  it('logs in as the user that the provider names, by sudo unless that is root', async () => {
    const asked = await enter();
    const access = () => scaleway.provider.rescueAccess(ID, asked, never);
    expect(await access()).toMatchObject({ host: '127.0.0.1', port: 2222, user: 'rescue', sudo: true });
    for (const [user, sudo] of [
      ['root', false],
      ['', true],
    ] as const) {
      const body = { ...renderServer(scaleway.server), rescue_server: { user, password: RESCUE_PASSWORD } };
      scaleway.fail({ path: new RegExp(`${ID}$`), status: 200, body });
      expect(await access()).toMatchObject({ user: user || 'rescue', sudo });
    }
  });

  it('lists all servers of the project in all its zones, page by page, and nobody else’s', async () => {
    const machine = new PretendMachine();
    for (let number = 1; number <= 5; number += 1) {
      const place = { zone: zones[number % 3] ?? 'fr-par-1', address: `127.0.1.${number}` };
      scaleway.account.addServer({ id: `id-${number}`, name: `db-${number}`, machine, ...place });
    }
    const far = { id: 'far', name: 'far', zone: 'pl-waw-3', address: '127.0.1.9', machine };
    scaleway.account.addServer(far);
    const names = (await scaleway.provider.listDevices(never)).map(({ name }) => name);
    expect(names.toSorted()).toEqual(['db-1', 'db-2', 'db-3', 'db-4', 'db-5', 'web-01']);
    await expect(scaleway.provider.getServer('far', never)).rejects.toMatchObject({
      ...{ code: 'not-found', retry: 'no' },
      userMessage: expect.stringMatching(/no server far of the configured project in fr-par-1, fr-par-2, nl-ams-1/),
    });
  });

  it('looks for a server in every zone once, then only in its own', async () => {
    const asked = async () => {
      const before = scaleway.calls();
      await scaleway.provider.getServer(ID, never);
      return scaleway.api.requests.slice(before).map(({ path }) => path.split('/')[4]);
    };
    expect(await asked()).toEqual(['fr-par-1', 'fr-par-2']);
    expect(await asked()).toEqual(['fr-par-2']);
  });

  it('says of a server without IPv4 that it cannot be reached', async () => {
    scaleway.server.hasIpv4 = false;
    await expect(scaleway.provider.getServer(ID, never)).rejects.toMatchObject({ code: 'device-unfit' });
    expect((await scaleway.provider.listDevices(never))[0]).not.toHaveProperty('address');
  });

  it.each([
    [400, 'transient_state', /it is starting \(transient_state\)/],
    [403, 'transient_state', /it is starting/],
    [403, 'locked', /Scaleway itself holds it: its support knows why/],
  ])('tries later when it is told with %d that the server is in a %s', async (status, type, words) => {
    const asked = await request();
    await scaleway.provider.addKey(ID, asked.key, never);
    const body = scwError(type, 'not now', { resource: 'server', resource_id: ID, current_state: 'starting' });
    scaleway.fail({ method: 'POST', path: /reboot$/, status, body });
    const entered = scaleway.provider.enterRescue(ID, asked, never);
    const later = { code: 'provider-rejected', retry: 'backoff', userMessage: expect.stringMatching(words) };
    await expect(entered).rejects.toMatchObject(later);
    await scaleway.provider.enterRescue(ID, asked, never);
    expect(await scaleway.restarts()).toEqual(['rescue']);
  });

  it('waits with the way out until the way in is over', async () => {
    const asked = await request();
    await scaleway.provider.addKey(ID, asked.key, never);
    const boot = scaleway.machine.hold();
    await scaleway.provider.enterRescue(ID, asked, never);
    const out = { ...(await request()), saved: asked.saved };
    await expect(scaleway.provider.leaveRescue(ID, out, never)).rejects.toMatchObject({ retry: 'backoff' });
    boot();
    await scaleway.api.settled();
    await scaleway.provider.leaveRescue(ID, out, never);
    expect(await scaleway.restarts()).toEqual(['rescue', 'disk']);
  });

  it('does not restart for an undo what was never restarted', async () => {
    const asked = await request();
    await leave(asked);
    await scaleway.provider.addKey(ID, asked.key, never);
    scaleway.fail({ method: 'POST', path: /reboot$/, status: 'cut' });
    await expect(scaleway.provider.enterRescue(ID, asked, never)).rejects.toMatchObject({ retry: 'backoff' });
    await leave(asked);
    expect(await scaleway.restarts()).toEqual([]);
  });

  it('waits for the key to be there before it restarts anything', async () => {
    const asked = await request();
    await expect(scaleway.provider.enterRescue(ID, asked, never)).rejects.toMatchObject({
      ...{ code: 'provider-unavailable', retry: 'backoff' },
      userMessage: expect.stringContaining('does not show the key of this install yet'),
    });
    expect(await scaleway.restarts()).toEqual([]);
  });

  it('sees by what the server boots that a reboot was taken whose answer was lost', async () => {
    const asked = await request();
    await scaleway.provider.addKey(ID, asked.key, never);
    scaleway.fail({ method: 'POST', path: /reboot$/, status: 'cut-after' });
    await expect(scaleway.provider.enterRescue(ID, asked, never)).rejects.toMatchObject({ retry: 'backoff' });
    await scaleway.api.settled();
    await scaleway.provider.enterRescue(ID, asked, never);
    expect(await scaleway.restarts()).toEqual(['rescue']);
  });

  it('asks again for a second entry whose answer was lost, since the first one looks the same', async () => {
    await enter();
    const again = await request();
    scaleway.fail({ method: 'POST', path: /reboot$/, status: 'cut' });
    await expect(scaleway.provider.enterRescue(ID, again, never)).rejects.toMatchObject({ retry: 'backoff' });
    await scaleway.provider.enterRescue(ID, again, never);
    expect(await scaleway.restarts()).toEqual(['rescue', 'rescue']);
  });

  it('starts from its disk what somebody switched off meanwhile', async () => {
    const entry = await enter();
    scaleway.server.status = 'stopped';
    await leave(entry);
    expect(await scaleway.restarts()).toEqual(['rescue', 'disk']);
    expect(posts().at(-1)?.path).toMatch(/start$/);
  });

  it('comes back out of a restart that broke the server', async () => {
    scaleway.machine.broken = true;
    const entry = await enter();
    expect(scaleway.server.status).toBe('error');
    scaleway.machine.broken = false;
    await leave(entry);
    expect(await scaleway.restarts()).toEqual(['disk']);
  });
});
