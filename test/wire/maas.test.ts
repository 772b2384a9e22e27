import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMaas } from '../../worker/providers/maas/index.ts';
import { createResetLedger } from '../../worker/providers/reset-ledger.ts';
import { MaasAccount } from '../fakes/maas/account.ts';
import { MaasApi } from '../fakes/maas/maas-api.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { serveFake } from '../support/served-fake.ts';
import { useRedis } from '../support/use-redis.ts';
import { describeProvider, installKey, persist, requestNow } from '../worker/providers/conformance.ts';
import { type ApiUnderTest, describeApiProvider } from '../worker/providers/conformance-api.ts';
import { describeFailures, type LeavingApi } from '../worker/providers/conformance-failures.ts';

const [TOKEN, SECRET] = ['tRs2nQ9xV8very', 'Hw7private!&'];
const KEY = `Cons3umer:${TOKEN}:${SECRET}`;
const ID = 'ekgqwd';
const never = new AbortController().signal;

const redis = useRedis();

type Maas = Awaited<ReturnType<typeof startMaas>>;

async function startMaas() {
  await redis().flushall();
  const account = new MaasAccount('xepa');
  const machine = new PretendMachine();
  const admitted: { keys: readonly string[] } = { keys: [] };
  const server = account.addMachine({
    ...{ id: ID, hostname: 'web-01', address: '127.0.0.1', machine, tags: ['prod', 'virtual'] },
    authorise(publicKeys) {
      admitted.keys = publicKeys;
    },
  });
  const hidden = { address: '127.0.0.2', machine: new PretendMachine(), visible: false };
  account.addMachine({ id: 'hidden', hostname: 'not-ours', ...hidden });
  account.addKey('ssh-ed25519 AAAA alice@laptop');
  account.addKey('ssh-ed25519 BBBB xepa-xe-1', 'somebody-else');
  const api = new MaasApi({ account, apiKey: KEY, delayMs: 1 });
  const served = await serveFake(api, machine, '/MAAS/api/2.0');
  const providerWith = (apiKey: string) =>
    createMaas({
      ...{ apiUrl: served.url, apiKey, sshPort: 2222 },
      resets: createResetLedger(redis(), { provider: { id: 'maas', title: 'MAAS' }, limit: 1_000, windowMs: 60_000 }),
    });
  const linesOf = (user: string) => account.keysOf(user).map(({ key }) => key);
  return {
    ...{ account, admitted, api, machine, server, blocks, deviceId: ID },
    provider: providerWith(KEY),
    tags: ['prod', 'virtual'],
    impostor: () => providerWith('Cons3umer:wrong:key'),
    strangerId: 'hidden',
    secrets: [KEY, SECRET, TOKEN],
    ...served,
    errorBody: (text: string) => ({ key: [text] }),
    keyLabels: async () => linesOf('xepa').map((line) => line.split(' ').at(2) ?? ''),
    left: async () => ({
      ...{ ours: linesOf('xepa'), theirs: linesOf('somebody-else') },
      ...{ status: server.status, runs: machine.booted, power: machine.power },
    }),
  };
}

const blockWith = (change: Partial<Maas['server']>) => (test: ApiUnderTest) =>
  void Object.assign((test as Maas).server, change);
const blocks: LeavingApi['blocks'] = [
  ['not deployed', blockWith({ status: 4 }), /web-01 is in the state "Ready" at MAAS: deploy it first/],
  ['broken', blockWith({ status: 8 }), /in the state "Broken" at MAAS: deploy it first/],
  ['in rescue', blockWith({ status: 16 }), /in the state "Rescue mode" at MAAS: let it exit rescue mode first/],
  ['stuck on its way out', blockWith({ status: 20 }), /"Failed to exit rescue mode" at MAAS: let it exit/],
  ['on its way out', blockWith({ status: 19 }), /"Exiting rescue mode" at MAAS: let it exit/],
  ['locked', blockWith({ locked: true }), /locked at MAAS: unlock it first/],
  ['in memory', blockWith({ ephemeral: true }), /deployed into memory at MAAS.*deploy it to its disk first/],
  ['switched by hand', blockWith({ powerType: 'manual' }), /MAAS cannot switch web-01 on and off: set its power type/],
  ['without a power type', blockWith({ powerType: '' }), /MAAS cannot switch web-01 on and off/],
  [
    'out of reach',
    blockWith({ powerUnknown: true }),
    /cannot read the power state of web-01: check its power settings/,
  ],
  [
    'off',
    (test) => void Object.assign((test as Maas).machine, { power: 'off' }),
    /web-01 is powered off at MAAS: power it on first/,
  ],
];

describeProvider('maas', startMaas);
describeApiProvider('maas', startMaas);
describeFailures('maas', startMaas);

describe('maas', () => {
  let maas: Maas;
  beforeEach(async () => {
    maas = await startMaas();
  });
  afterEach(() => maas.close());

  const request = () => requestNow(maas.provider, ID);
  const told = () => maas.api.requests.flatMap(({ url }) => /\?op=(\w+)/.exec(url)?.[1] ?? []);
  async function enter() {
    const asked = await request();
    await maas.provider.addKey(ID, asked.key, never);
    await maas.provider.enterRescue(ID, asked, never);
    await maas.api.settled();
    return asked;
  }
  const leave = async () => maas.provider.leaveRescue(ID, await request(), never);
  /** The second entry, as a step tries it until it is through. */
  const again = (asked: Awaited<ReturnType<typeof request>>) =>
    persist(async () => {
      await maas.api.settled();
      await maas.provider.enterRescue(ID, asked, never);
    });

  it('lets the key of the install in beside those of its own user, and no other', async () => {
    await enter();
    const [type, blob] = installKey.publicKey.trim().split(' ');
    expect(maas.admitted.keys).toEqual(['ssh-ed25519 AAAA alice@laptop', `${type} ${blob} ${installKey.label}`]);
    await leave();
    await maas.api.settled();
    expect(told()).toEqual(['rescue_mode', 'exit_rescue_mode']);
    expect(maas.server).toMatchObject({ status: 6, owner: 'xepa' });
  });

  it("logs in as Ubuntu's own user by sudo, at the address that the machine was seen with", async () => {
    const asked = await enter();
    const access = { host: '127.0.0.1', port: 2222, user: 'ubuntu', sudo: true, hostKey: null, published: [] };
    const upNow = { pending: false, failed: false };
    expect(await maas.provider.rescueAccess(ID, asked, never)).toEqual({ ...access, ...upNow });
    const { system_id, hostname } = { system_id: ID, hostname: 'web-01' };
    const seen = {
      ...{ system_id, hostname, status: 16, status_name: 'Rescue mode', power_state: 'on', tag_names: [] },
      ip_addresses: ['192.0.2.3'],
    };
    const links = [{ ip_address: null }, { ip_address: '192.0.2.2' }];
    for (const [boot_interface, host] of [
      [{ links, discovered: [{ ip_address: '2001:db8::1' }, { ip_address: '192.0.2.1' }] }, '192.0.2.1'],
      [{ links, discovered: null }, '192.0.2.2'],
      [{ links: [] }, '192.0.2.3'],
      [null, '192.0.2.3'],
    ] as const) {
      maas.fail({ path: new RegExp(`${ID}/$`), status: 200, body: { ...seen, boot_interface } });
      expect(await maas.provider.rescueAccess(ID, asked, never)).toMatchObject({ host });
    }
  });

  it.each([
    [6, true, false],
    [17, true, false],
    [18, true, true],
    [16, false, false],
  ])('has MAAS waited for until it says that rescue is up: state %d', async (status, pending, failed) => {
    const asked = await request();
    maas.server.status = status;
    expect(await maas.provider.rescueAccess(ID, asked, never)).toMatchObject({ pending, failed });
  });

  it('says of a machine without an address that it cannot be reached', async () => {
    maas.server.hasAddress = false;
    await expect(maas.provider.getServer(ID, never)).rejects.toMatchObject({ code: 'device-unfit' });
    expect((await maas.provider.listDevices(never))[0]).not.toHaveProperty('address');
  });

  it("repeats MAAS's own sentence, but no page of a proxy", async () => {
    const failing = (text: string) => {
      maas.fail({ path: /./, status: 400, text });
      return maas.provider.getServer(ID, never).catch(({ userMessage }) => userMessage);
    };
    expect(await failing('Machine is busy.')).toBe('MAAS refused the request: Machine is busy.');
    for (const page of ['<html>Bad</html>', 'Traceback\n  File "x.py"', 'x'.repeat(301), ''])
      expect(await failing(page)).toBe('MAAS refused the request: HTTP 400.');
  });

  it('tries later when the state does not allow it now', async () => {
    const asked = await request();
    maas.server.status = 9;
    await expect(maas.provider.enterRescue(ID, asked, never)).rejects.toMatchObject({
      ...{ code: 'provider-rejected', retry: 'backoff' },
      userMessage: 'MAAS refused the request: Invalid transition: Deploying -> Entering rescue mode.',
    });
    expect(await maas.restarts()).toEqual([]);
  });

  it('takes a request that came to nothing for heard, and the next one enters again', async () => {
    maas.machine.broken = true;
    const first = await enter();
    expect(maas.server.status).toBe(18);
    await maas.provider.enterRescue(ID, first, never);
    expect(told()).toEqual(['rescue_mode']);
    maas.machine.broken = false;
    await enter();
    expect([maas.server.status, await maas.restarts()]).toEqual([16, ['rescue']]);
  });

  it.each([17, 18])('asks only once also when a second entry, from state %d, fails', async (status) => {
    maas.machine.broken = true;
    await enter();
    maas.server.status = status;
    const asked = await request();
    maas.server.status = 18;
    for (let look = 1; look <= 3; look += 1) {
      await maas.provider.enterRescue(ID, asked, never);
      await maas.api.settled();
      expect(maas.server.status).toBe(18);
    }
    expect(told()).toEqual(['rescue_mode', 'rescue_mode']);
  });

  it('switches off and on what is in rescue mode already, one at a time', async () => {
    await enter();
    const asked = await request();
    await expect(maas.provider.enterRescue(ID, asked, never)).rejects.toMatchObject({
      ...{ code: 'provider-unavailable', retry: 'backoff' },
      userMessage: expect.stringMatching(/switching web-01 off, to boot its rescue system anew/),
    });
    await again(asked);
    await again(asked);
    expect(told()).toEqual(['rescue_mode', 'power_off', 'power_on']);
    expect(await maas.restarts()).toEqual(['rescue', 'rescue']);
  });

  it.each(['cut', 500, 'cut-after'] as const)('switches it on once, with power_on failing by %s', async (status) => {
    await enter();
    const asked = await request();
    maas.fail({ method: 'POST', path: /./, skip: 1, status });
    await again(asked);
    await again(asked);
    expect(await maas.restarts()).toEqual(['rescue', 'rescue']);
    expect(maas.machine.power).toBe('on');
  });

  it.each([
    ['deployed', 6, []],
    ['on its way out', 19, []],
    ['entering', 17, ['disk']],
    ['stuck on its way in', 18, ['disk']],
    ['stuck on its way out', 20, ['disk']],
  ] as const)('leaves from where it may: %s', async (_what, status, restarts) => {
    const asked = await request();
    maas.server.status = status;
    await maas.provider.leaveRescue(ID, asked, never);
    expect(await maas.restarts()).toEqual(restarts);
  });

  it('says of a state that nobody comes back from by itself what a person must do', async () => {
    const asked = await request();
    maas.server.status = 8;
    await expect(maas.provider.leaveRescue(ID, asked, never)).rejects.toMatchObject({
      ...{ code: 'provider-rejected', retry: 'backoff' },
      userMessage: expect.stringMatching(/in the state "Broken" at MAAS.*Bring it to "Deployed" there/),
    });
    expect(await maas.restarts()).toEqual([]);
  });
});
