import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLatitude, type LatitudeOptions } from '../../worker/providers/latitude/index.ts';
import { createResetLedger } from '../../worker/providers/reset-ledger.ts';
import { LatAccount } from '../fakes/latitude/account.ts';
import { LatitudeApi } from '../fakes/latitude/latitude-api.ts';
import { latError } from '../fakes/latitude/refused.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { serveFake } from '../support/served-fake.ts';
import { useRedis } from '../support/use-redis.ts';
import { describeProvider, requestNow } from '../worker/providers/conformance.ts';
import { type ApiUnderTest, describeApiProvider } from '../worker/providers/conformance-api.ts';
import { describeFailures, type LeavingApi } from '../worker/providers/conformance-failures.ts';

const KEY = 'a81f0d-very-private';
const ID = 'sv_WeGoqAanqP7nz';
const never = new AbortController().signal;

const redis = useRedis();

type Latitude = Awaited<ReturnType<typeof startLatitude>>;

async function startLatitude() {
  await redis().flushall();
  const account = new LatAccount();
  const machine = new PretendMachine();
  const server = account.addServer({
    ...{ id: ID, hostname: 'web-01', address: '127.0.0.1', machine, tags: ['prod', 'web'] },
  });
  const api = new LatitudeApi({ account, apiKey: KEY, delayMs: 1, pageSize: 2 });
  const served = await serveFake(api, machine);
  const providerWith = (options: Partial<LatitudeOptions>) =>
    createLatitude({
      ...{ apiUrl: served.url, apiKey: KEY, rescueUser: 'root', sshPort: 2222, ...options },
      resets: createResetLedger(redis(), {
        ...{ provider: { id: 'latitude', title: 'Latitude.sh' }, limit: Number.MAX_SAFE_INTEGER, windowMs: 60_000 },
      }),
    });
  return {
    ...{ account, api, machine, server, providerWith, blocks, deviceId: ID },
    provider: providerWith({}),
    tags: ['prod', 'web'],
    impostor: () => providerWith({ apiKey: 'wrong' }),
    strangerId: 'sv_somebodyelses',
    secrets: [KEY],
    ...served,
    errorBody: (text: string) => latError(422, 'INVALID', text),
    keyLabels: async () => [],
    // The server is read before each of the two requests, and by each request itself.
    fewestCalls: 6,
    left: async () => ({ status: server.status, runs: machine.booted, power: machine.power }),
  };
}

const blockWith = (change: Partial<Latitude['server']>) => (test: ApiUnderTest) =>
  void Object.assign((test as Latitude).server, change);
const blocks: LeavingApi['blocks'] = [
  ['locked', blockWith({ locked: true }), /web-01 is locked at Latitude.sh: unlock it there first/],
  ['off', blockWith({ status: 'off' }), /web-01 is powered off at Latitude.sh: power it on first/],
  ['in rescue', blockWith({ status: 'rescue_mode' }), /in rescue mode at Latitude.sh already: exit that there first/],
  ['being deployed', blockWith({ status: 'disk_erasing' }), /at work on web-01 \(disk_erasing\): wait/],
  ['in a state that nobody knows', blockWith({ status: 'commissioning' }), /at work on web-01 \(commissioning\): wait/],
  ['without rescue', blockWith({ rescueAllowed: false }), /does not allow the rescue mode for web-01: ask its support/],
];

describeProvider('latitude', startLatitude);
describeApiProvider('latitude', startLatitude);
describeFailures('latitude', startLatitude);

describe('latitude', () => {
  let latitude: Latitude;
  beforeEach(async () => {
    latitude = await startLatitude();
  });
  afterEach(() => latitude.close());

  const request = () => requestNow(latitude.provider, ID);
  const posts = () =>
    latitude.api.requests.filter(({ method }) => method === 'POST').map(({ path }) => path.split('/').at(-1));
  async function enter() {
    const asked = await request();
    await latitude.provider.enterRescue(ID, asked, never);
    await latitude.api.settled();
    return asked;
  }
  const leave = async ({ saved }: { saved: Record<string, unknown> }) =>
    latitude.provider.leaveRescue(ID, { ...(await request()), saved }, never);

  it('says that the rescue system is not up until the API does', async () => {
    const asked = await request();
    const access = () => latitude.provider.rescueAccess(ID, asked, never);
    expect(await access()).toMatchObject({ pending: true });
    const boot = latitude.machine.hold();
    await latitude.provider.enterRescue(ID, asked, never);
    expect(await access()).toMatchObject({ pending: true });
    boot();
    await latitude.api.settled();
    const up = { host: '127.0.0.1', port: 2222, user: 'root', sudo: false, pending: false };
    expect(await access()).toMatchObject(up);
    const other = latitude.providerWith({ rescueUser: 'ubuntu' });
    expect(await other.rescueAccess(ID, asked, never)).toMatchObject({ user: 'ubuntu', sudo: true });
  });

  it('lists all servers of the team page by page, under the best name that they have', async () => {
    const machine = new PretendMachine();
    for (const id of ['sv_1', 'sv_2', 'sv_3']) {
      latitude.account.addServer({ id, hostname: id === 'sv_1' ? 'db-1' : null, address: null, machine });
    }
    const listed = await latitude.provider.listDevices(never);
    expect(listed.map(({ name }) => name)).toEqual(['web-01', 'db-1', '832845NODEKG', '832845NODEKG']);
    expect(listed[1]).toEqual({ provider: 'latitude', id: 'sv_1', name: 'db-1', tags: [] });
  });

  it('ends a list that says the same on each page', async () => {
    const { data } = { data: [{ id: 'sv_1', attributes: { status: 'on' } }] };
    latitude.fail({ path: '/servers', status: 200, body: { data }, times: 9 });
    expect(await latitude.provider.listDevices(never)).toHaveLength(1);
    expect(latitude.calls()).toBe(2);
  });

  it('says of a server without IPv4 that it cannot be reached', async () => {
    latitude.server.address = null;
    await expect(latitude.provider.getServer(ID, never)).rejects.toMatchObject({ code: 'device-unfit' });
  });

  it('begins on a server whose deployment failed', async () => {
    latitude.server.status = 'failed_deployment';
    expect(await latitude.provider.getServer(ID, never)).toMatchObject({ blocked: null });
  });

  it.each([
    [422, 'SERVER_BEING_PROVISIONED', 'backoff'],
    [422, 'SERVER_LOCKED', 'no'],
  ])('takes %d %s for what it is', async (status, code, retry) => {
    const asked = await request();
    latitude.fail({ method: 'POST', path: /rescue_mode$/, status, body: latError(status, code, 'not now') });
    const refused = { code: 'provider-rejected', retry, userMessage: expect.stringContaining(`not now (${code})`) };
    await expect(latitude.provider.enterRescue(ID, asked, never)).rejects.toMatchObject(refused);
    await latitude.provider.enterRescue(ID, asked, never);
    expect(await latitude.restarts()).toEqual(['rescue']);
  });

  it('waits with the way out until the way in is over', async () => {
    const asked = await request();
    const boot = latitude.machine.hold();
    await latitude.provider.enterRescue(ID, asked, never);
    const out = { ...(await request()), saved: asked.saved };
    await expect(latitude.provider.leaveRescue(ID, out, never)).rejects.toMatchObject({
      ...{ code: 'provider-unavailable', retry: 'backoff' },
      userMessage: expect.stringContaining('still at work on web-01 (entering_rescue_mode)'),
    });
    boot();
    await latitude.api.settled();
    await latitude.provider.leaveRescue(ID, out, never);
    expect(await latitude.restarts()).toEqual(['rescue', 'disk']);
  });

  it('leaves a rescue alone that somebody else asked for', async () => {
    const asked = await request();
    latitude.server.status = 'rescue_mode';
    await leave(asked);
    expect(posts()).toEqual([]);
  });

  it.each(['exiting_rescue_mode', 'on', 'off'])(
    'asks for nothing on the way out of a server that is %s',
    async (status) => {
      const entry = await enter();
      latitude.server.status = status;
      await leave(entry);
      expect(posts()).toEqual(['rescue_mode']);
    },
  );

  it('sees by the state that a request was taken whose answer was lost', async () => {
    const asked = await request();
    latitude.fail({ method: 'POST', path: /rescue_mode$/, status: 'cut-after' });
    await expect(latitude.provider.enterRescue(ID, asked, never)).rejects.toMatchObject({ retry: 'backoff' });
    await latitude.provider.enterRescue(ID, asked, never);
    expect(posts()).toEqual(['rescue_mode']);
    expect(await latitude.restarts()).toEqual(['rescue']);
  });

  it('reboots a rescue that nobody answers from, once for a request', async () => {
    await enter();
    const again = await request();
    await latitude.provider.enterRescue(ID, again, never);
    await latitude.provider.enterRescue(ID, again, never);
    expect(posts()).toEqual(['rescue_mode', 'actions']);
    expect(await latitude.restarts()).toEqual(['rescue', 'rescue']);
  });

  it('does not ask anew while it is on the way', async () => {
    const boot = latitude.machine.hold();
    await latitude.provider.enterRescue(ID, await request(), never);
    const again = await request();
    await expect(latitude.provider.enterRescue(ID, again, never)).rejects.toMatchObject({ retry: 'backoff' });
    boot();
    expect(await latitude.restarts()).toEqual(['rescue']);
  });
});
