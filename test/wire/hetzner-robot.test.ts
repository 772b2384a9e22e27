import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint } from '../../core/ssh/host-key.ts';
import { generateSshKey } from '../../core/ssh/ssh-key.ts';
import { createHetznerRobot } from '../../worker/providers/hetzner-robot/index.ts';
import { md5Fingerprint } from '../../worker/providers/published-key.ts';
import { createResetLedger } from '../../worker/providers/reset-ledger.ts';
import { RobotAccount } from '../fakes/hetzner-robot/account.ts';
import { robotError } from '../fakes/hetzner-robot/refused.ts';
import { RobotApi } from '../fakes/hetzner-robot/robot-api.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { serveFake } from '../support/served-fake.ts';
import { useRedis } from '../support/use-redis.ts';
import { describeProvider, installKey, requestNow } from '../worker/providers/conformance.ts';
import { type ApiUnderTest, describeApiProvider } from '../worker/providers/conformance-api.ts';
import { describeFailures, type LeavingApi } from '../worker/providers/conformance-failures.ts';

const [USER, PASSWORD] = ['#ws+xepa', 'päss:word/very-private'];
const never = new AbortController().signal;
const NUMBER = 321;

const redis = useRedis();

type Robot = Awaited<ReturnType<typeof startRobot>>;

async function startRobot() {
  await redis().flushall();
  const clock = { ms: 1_000_000 };
  const now = () => clock.ms;
  const account = new RobotAccount(now);
  const machine = new PretendMachine();
  // Each boot of the rescue system makes new host keys.
  const hostKey = () => Buffer.from(`${machine.booted} ${machine.starts.length}`).toString('base64');
  const hostKeys = async () => (machine.booted === 'rescue' ? [fingerprint(hostKey())] : []);
  const server = account.addServer({ number: NUMBER, name: 'web-01', address: '127.0.0.1', machine, hostKeys });
  const elsewhere = { address: '127.0.0.2', machine: new PretendMachine(), hostKeys: async () => [] };
  account.addServer({ number: 777, name: 'not-ours', owner: 'stranger', ...elsewhere });
  const api = new RobotApi({ account, user: USER, password: PASSWORD, delayMs: 1, now });
  const served = await serveFake(api, machine);
  const deviceId = String(NUMBER);
  const providerWith = (password: string, limit = 50) =>
    createHetznerRobot({
      ...{ apiUrl: served.url, user: USER, password, now, sshPort: 2222 },
      resets: createResetLedger(redis(), { provider: { id: 'robot', title: 'Hetzner' }, limit, windowMs: 3_600_000 }),
      readHostKey: async () => hostKey(),
    });
  return {
    ...{ account, api, clock, machine, server, deviceId, blocks, providerWith, hostKey },
    provider: providerWith(PASSWORD),
    tags: [],
    impostor: () => providerWith('wrong'),
    strangerId: '777',
    secrets: [PASSWORD, Buffer.from(`${USER}:${PASSWORD}`).toString('base64')],
    ...served,
    errorBody: (text: string) => robotError(400, 'INVALID_INPUT', text, { missing: [text], invalid: null }),
    keyLabels: async () => [...account.keys.values()].map(({ name }) => name),
    left: async () => {
      const { armed, otherBoot, status } = server;
      return { keys: [...account.keys.keys()], armed, otherBoot, status, runs: machine.booted, power: machine.power };
    },
  };
}

const blockWith = (change: Partial<Robot['server']>) => (test: ApiUnderTest) =>
  void Object.assign((test as Robot).server, change);
const blocks: LeavingApi['blocks'] = [
  ['being set up', blockWith({ status: 'in process' }), /web-01 is "in process" at Hetzner: wait until it is ready/],
  ['without a rescue system', blockWith({ rescueOffered: false }), /has no rescue system at Hetzner/],
  ['not to be reset', blockWith({ resets: [] }), /cannot be reset by the API/],
  ['reset by a technician alone', blockWith({ resets: ['man'] }), /cannot be reset by the API/],
  ['about to be installed anew', blockWith({ otherBoot: 'linux' }), /has activated "linux".*deactivate it first/],
  ['off', (test) => void (test as Robot).machine.powerOff(), /powered off at Hetzner: power it on first/],
  [
    'about to go into somebody’s rescue',
    (test) => (test as Robot).account.arm((test as Robot).server, 'linux', []),
    /has activated "rescue"/,
  ],
];

describeProvider('hetzner-robot', startRobot);
describeApiProvider('hetzner-robot', startRobot);
describeFailures('hetzner-robot', startRobot);

describe('hetzner-robot', () => {
  let robot: Robot;
  beforeEach(async () => {
    robot = await startRobot();
  });
  afterEach(() => robot.close());

  const request = () => requestNow(robot.provider, robot.deviceId);
  const sent = (method: string, path: RegExp) =>
    robot.api.requests
      .filter((one) => one.method === method && path.test(one.path))
      .map(({ body }) => body as Record<string, string>);
  const resets = () => sent('POST', /^\/reset/).map(({ type }) => type);
  async function enter() {
    const asked = await request();
    await robot.provider.addKey(robot.deviceId, asked.key, never);
    await robot.provider.enterRescue(robot.deviceId, asked, never);
    return asked;
  }
  async function inRescue() {
    const asked = await enter();
    await robot.restarts();
    return asked;
  }

  it('activates the rescue system for the key of the install, as a form with an array, and resets', async () => {
    await inRescue();
    const registered = md5Fingerprint(installKey.publicKey);
    expect(robot.account.keys.get(registered)).toMatchObject({ name: installKey.label });
    expect(sent('POST', /rescue$/)).toEqual([{ os: 'linux', 'authorized_key[]': registered, keyboard: 'us' }]);
    expect(robot.server.last).toMatchObject({ password: null, used: true });
    expect(resets()).toEqual(['hw']);
  });

  it('has the host keys of this boot alone, and none before the provider has them', async () => {
    let boot = robot.machine.hold();
    const asked = await enter();
    expect((await robot.provider.rescueAccess(robot.deviceId, asked, never)).published).toEqual([]);
    boot();
    await robot.restarts();
    const first = await robot.provider.rescueAccess(robot.deviceId, asked, never);
    expect(first).toMatchObject({
      host: '127.0.0.1',
      port: 2222,
      user: 'root',
      published: [fingerprint(robot.hostKey())],
    });
    boot = robot.machine.hold();
    const again = await enter();
    expect((await robot.provider.rescueAccess(robot.deviceId, again, never)).published).toEqual([]);
    boot();
    await robot.restarts();
    const second = await robot.provider.rescueAccess(robot.deviceId, again, never);
    expect(second.published).toEqual([fingerprint(robot.hostKey())]);
    expect(second.published).not.toEqual(first.published);
  });

  it.each([
    [['sw', 'hw', 'man'], 'hw'],
    [['sw', 'man'], 'sw'],
    [['power', 'power_long', 'hw'], 'hw'],
  ])('of the resets %j asks for %s', async (kinds, kind) => {
    robot.server.resets = kinds;
    await inRescue();
    expect(resets()).toEqual([kind]);
  });

  it('presses the power button of a server that a failed rescue left off', async () => {
    robot.server.resets = ['power', 'hw', 'man'];
    const asked = await inRescue();
    await robot.machine.powerOff();
    const leave = { ...(await request()), saved: asked.saved };
    await robot.provider.leaveRescue(robot.deviceId, leave, never);
    expect(resets()).toEqual(['hw', 'power']);
    expect(await robot.restarts()).toEqual(['rescue', 'disk']);
  });

  it('takes an activation back that no restart used, and does not restart a server that nobody restarted', async () => {
    const asked = await request();
    await robot.provider.addKey(robot.deviceId, asked.key, never);
    robot.fail({ method: 'POST', path: /^\/reset/, status: 409 });
    await expect(robot.provider.enterRescue(robot.deviceId, asked, never)).rejects.toMatchObject({ retry: 'backoff' });
    expect(robot.server.armed).toBe(true);
    const leave = { ...(await request()), saved: asked.saved };
    await robot.provider.leaveRescue(robot.deviceId, leave, never);
    expect(robot.server.armed).toBe(false);
    expect(await robot.restarts()).toEqual([]);
  });

  it('activates again what has lapsed after an hour', async () => {
    const asked = await request();
    await robot.provider.addKey(robot.deviceId, asked.key, never);
    robot.server.authorise = () => undefined;
    robot.account.arm(robot.server, 'linux', [...robot.account.keys.values()]);
    robot.clock.ms += 3_600_001;
    await robot.provider.enterRescue(robot.deviceId, asked, never);
    expect(await robot.restarts()).toEqual(['rescue']);
  });

  it('does not repeat a restart from disk whose answer was lost, and repeats one that was not heard', async () => {
    for (const [status, expected] of [
      ['cut-after', 1],
      ['cut', 2],
    ] as const) {
      const asked = await inRescue();
      const leave = { ...(await request()), saved: asked.saved };
      const before = resets().length;
      robot.fail({ method: 'POST', path: /^\/reset/, status });
      await expect(robot.provider.leaveRescue(robot.deviceId, leave, never)).rejects.toMatchObject({
        retry: 'backoff',
      });
      await robot.restarts();
      await robot.provider.leaveRescue(robot.deviceId, leave, never);
      expect(resets().length - before, status).toBe(expected);
      expect((await robot.restarts()).at(-1)).toBe('disk');
    }
  });

  it('does not ask for a reset that the hour has no room for, leaves nothing activated, and says when', async () => {
    const [asked, scarce] = [await request(), robot.providerWith(PASSWORD, 1)];
    await scarce.addKey(robot.deviceId, asked.key, never);
    await scarce.enterRescue(robot.deviceId, asked, never);
    await robot.restarts();
    const later = await request();
    await expect(scarce.enterRescue(robot.deviceId, later, never)).rejects.toMatchObject({
      ...{ code: 'provider-rate-limited', retry: 'backoff' },
      userMessage: expect.stringMatching(/allows 1 restarts.*next one is possible in 60 minutes/),
    });
    expect(robot.server.armed).toBe(false);
    expect(resets()).toHaveLength(1);
  });

  it('knows a 403 that is a rate limit from one that is not', async () => {
    for (let call = 0; call < 200; call += 1) await robot.provider.listDevices(never);
    await expect(robot.provider.listDevices(never)).rejects.toMatchObject({
      ...{ code: 'provider-rate-limited', retryAfterSeconds: 360 },
      userMessage:
        'Hetzner asks us to slow down: 200 calls of this kind within 60 minutes are allowed. XEPA tries again by itself.',
    });
  });

  it('does not try a refused login again for ten minutes: a third failure would shut everybody out', async () => {
    const impostor = robot.impostor();
    for (let turn = 0; turn < 5; turn += 1) await expect(impostor.listDevices(never)).rejects.toThrow(/401/);
    expect(robot.calls()).toBe(1);
    robot.clock.ms += 600_000;
    await expect(impostor.listDevices(never)).rejects.toThrow(/401/);
    expect(robot.calls()).toBe(2);
    await robot.provider.listDevices(never);
  });

  it('lists a server without a name by its address, one with IPv6 alone by its number, and an empty account', async () => {
    const order = { machine: robot.machine, hostKeys: async () => [] };
    robot.account.addServer({ ...order, number: 5, name: '', address: '127.0.0.5' });
    robot.account.addServer({ ...order, number: 6, name: '', address: '' });
    const devices = await robot.provider.listDevices(never);
    expect(devices.map(({ id, name, address }) => [id, name, address])).toEqual([
      ['321', 'web-01', '127.0.0.1'],
      ['5', '127.0.0.5', '127.0.0.5'],
      ['6', '6', undefined],
    ]);
    await expect(robot.provider.getServer('6', never)).rejects.toMatchObject({ code: 'device-unfit' });
    robot.account.servers.clear();
    expect(await robot.provider.listDevices(never)).toEqual([]);
  });

  it('removes only keys of its own name, and none that others have', async () => {
    robot.account.addKey('alice', generateSshKey('alice').publicKey);
    const asked = await inRescue();
    await robot.provider.removeKey(robot.deviceId, asked.key.label, never);
    expect(await robot.keyLabels()).toEqual(['alice']);
  });
});
