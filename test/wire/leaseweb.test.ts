import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLeaseweb } from '../../worker/providers/leaseweb/index.ts';
import { createResetLedger } from '../../worker/providers/reset-ledger.ts';
import { activeJob, LeasewebAccount } from '../fakes/leaseweb/account.ts';
import { LeasewebApi } from '../fakes/leaseweb/leaseweb-api.ts';
import { leasewebError } from '../fakes/leaseweb/refused.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { serveFake } from '../support/served-fake.ts';
import { useRedis } from '../support/use-redis.ts';
import { describeProvider, installKey, requestNow } from '../worker/providers/conformance.ts';
import { type ApiUnderTest, describeApiProvider } from '../worker/providers/conformance-api.ts';
import { describeFailures, type LeavingApi } from '../worker/providers/conformance-failures.ts';

const KEY = 'lsw-very-private-key';
const never = new AbortController().signal;
const ID = '12345';

const redis = useRedis();

type Leaseweb = Awaited<ReturnType<typeof startLeaseweb>>;

async function startLeaseweb() {
  await redis().flushall();
  const clock = { ms: 1_790_000_000_000 };
  const account = new LeasewebAccount(() => clock.ms);
  const machine = new PretendMachine();
  const answers = { ssh: true };
  let admitted: readonly string[] = [];
  const server = account.addServer({
    ...{ id: ID, reference: 'web-01', address: '127.0.0.1', machine },
    authorise(publicKeys) {
      admitted = publicKeys;
    },
  });
  account.addServer({ id: '777', address: '127.0.0.2', machine: new PretendMachine(), owner: 'stranger' });
  const api = new LeasewebApi({ account, apiKey: KEY, delayMs: 1 });
  const served = await serveFake(api, machine, '/bareMetals/v2');
  const providerWith = (apiKey: string) =>
    createLeaseweb({
      ...{ apiUrl: served.url, apiKey, sshPort: 2222 },
      resets: createResetLedger(redis(), { provider: { id: 'l', title: 'L' }, limit: 1_000, windowMs: 60_000 }),
      // Each boot shows a key of its own.
      readHostKey: async () =>
        answers.ssh ? Buffer.from(`${machine.booted} ${machine.starts.length}`).toString('base64') : null,
    });
  const labelOf = (line: string) => line.split(' ').at(2) ?? '';
  return {
    ...{ account, answers, api, clock, machine, server, blocks, deviceId: ID },
    provider: providerWith(KEY),
    tags: [],
    impostor: () => providerWith('wrong'),
    strangerId: '777',
    secrets: [KEY],
    ...served,
    errorBody: (text: string) => leasewebError(400, text),
    async keyLabels() {
      await api.settled();
      return admitted.map(labelOf);
    },
    left: async () => ({ admitted, job: activeJob(server), runs: machine.booted, power: machine.power }),
  };
}

const blockWith = (change: Partial<Leaseweb['server']>) => (test: ApiUnderTest) =>
  void Object.assign((test as Leaseweb).server, change);
const blocks: LeavingApi['blocks'] = [
  [
    'without automation',
    blockWith({ features: { automation: false, powerCycle: true } }),
    /web-01 has no automation at Leaseweb.*ask Leaseweb for it/,
  ],
  [
    'without power cycles',
    blockWith({ features: { automation: true, powerCycle: false } }),
    /cannot be power-cycled by the API at Leaseweb.*ask Leaseweb for it/,
  ],
  ['off', (test) => void (test as Leaseweb).machine.powerOff(), /powered off at Leaseweb: power it on first/],
  ['null-routed', blockWith({ nullRouted: true }), /null-routed at Leaseweb.*remove the null route first/],
  [
    'being worked on',
    (test) => void (test as Leaseweb).account.addJob((test as Leaseweb).server, 'hardwareScan'),
    /at work on web-01 \(hardwareScan\): wait until that is done/,
  ],
  [
    'without a rescue system',
    (test) => void (test as Leaseweb).account.images.splice(2),
    /no rescue image of Debian's family.*ask Leaseweb for one/,
  ],
];

describeProvider('leaseweb', startLeaseweb);
describeApiProvider('leaseweb', startLeaseweb);
describeFailures('leaseweb', startLeaseweb);

describe('leaseweb', () => {
  let test: Leaseweb;
  beforeEach(async () => {
    test = await startLeaseweb();
  });
  afterEach(() => test.close());

  const request = () => requestNow(test.provider, test.deviceId);
  const posts = (path: RegExp) => test.api.requests.filter(({ method, url }) => method === 'POST' && path.test(url));
  async function inRescue() {
    const asked = await request();
    await test.provider.enterRescue(test.deviceId, asked, never);
    await test.api.settled();
    return asked;
  }
  const leaving = async ({ saved }: { saved: Record<string, unknown> }) => ({ ...(await request()), saved });

  it('launches the Debian-like rescue for this chassis, with the key of the install', async () => {
    await inRescue();
    const body = { rescueImageId: 'GRML', sshKeys: installKey.publicKey.trim(), powerCycle: true };
    expect(posts(/./).map(({ url, body: sent }) => [url, sent])).toEqual([[`/servers/${ID}/rescueMode`, body]]);
    const images = test.api.requests.filter(({ url }) => url.startsWith('/rescueImages'));
    expect(images[0]?.url).toContain('chassis=Dell%20R730%20(8xSFF)&limit=50');
  });

  it.each([
    [['FREEBSD', 'ubuntu_22', 'DEBIAN_12_ARM64'], 'ubuntu_22'],
    [['UBUNTU_22', 'DEBIAN_12'], 'DEBIAN_12'],
  ])('of the images %j takes %s', async (ids, image) => {
    test.account.images.splice(0, 9, ...ids.map((id) => ({ id, name: `${id} Rescue Image` })));
    await inRescue();
    expect(posts(/rescueMode/)[0]?.body).toMatchObject({ rescueImageId: image });
  });

  it.each([
    [[], 'root', false],
    [['admin', 'root'], 'root', false],
    [['grml'], 'grml', true],
  ])('logs in, where %j are the users of the rescue, as %s', async (users, user, sudo) => {
    const asked = await inRescue();
    test.server.rescueUsers = users;
    expect(await test.provider.rescueAccess(ID, asked, never)).toMatchObject({ user, sudo, port: 2222 });
    test.fail({ path: /credentials/, status: 404 });
    expect(await test.provider.rescueAccess(ID, asked, never)).toMatchObject({ user: 'root', sudo: false });
  });

  it('finds its launch among many jobs, in whatever order, also within one second', async () => {
    for (let count = 0; count < 70; count += 1) test.account.addJob(test.server, 'rescueMode').status = 'FINISHED';
    test.server.jobs.reverse();
    const asked = await request();
    await test.provider.enterRescue(ID, asked, never);
    test.server.jobs.reverse();
    await test.provider.enterRescue(ID, asked, never);
    expect(await test.restarts()).toEqual(['rescue']);
  });

  it('closes its own launch that never reports back, before the next one and before the way out', async () => {
    test.server.neverReports = true;
    const { saved } = await inRescue();
    const again = { ...(await request()), saved };
    await test.provider.enterRescue(ID, again, never);
    expect(await test.restarts()).toEqual(['rescue', 'rescue']);
    await test.provider.leaveRescue(ID, await leaving({ saved }), never);
    expect(await test.restarts()).toEqual(['rescue', 'rescue', 'disk']);
    expect(test.server.jobs.map(({ status }) => status)).toEqual(['EXPIRED', 'EXPIRED']);
  });

  it('waits for a job of somebody else, and leaves it alone', async () => {
    const asked = await inRescue();
    const job = test.account.addJob(test.server, 'hardwareScan');
    const wait = { code: 'provider-unavailable', retry: 'backoff' };
    const said = { userMessage: expect.stringMatching(/at work on the server \(hardwareScan\); XEPA waits/) };
    const leave = await leaving(asked);
    await expect(test.provider.leaveRescue(ID, leave, never)).rejects.toMatchObject({ ...wait, ...said });
    const again = { ...(await request()), saved: asked.saved };
    await expect(test.provider.enterRescue(ID, again, never)).rejects.toMatchObject(wait);
    expect([job.status, await test.restarts()]).toEqual(['ACTIVE', ['rescue']]);
  });

  it('does not touch a launch that was there before the install', async () => {
    test.account.addJob(test.server, 'rescueMode');
    const asked = await request();
    await expect(test.provider.enterRescue(ID, asked, never)).rejects.toMatchObject({ retry: 'backoff' });
    await test.provider.leaveRescue(ID, await leaving(asked), never);
    expect(posts(/expire|power/)).toEqual([]);
  });

  it('does not restart a server that nobody brought into rescue', async () => {
    const asked = await request();
    test.fail({ method: 'POST', path: /rescueMode$/, status: 409 });
    await expect(test.provider.enterRescue(ID, asked, never)).rejects.toMatchObject({ retry: 'backoff' });
    await test.provider.leaveRescue(ID, await leaving(asked), never);
    expect(await test.restarts()).toEqual([]);
  });

  it('switches a server on that its rescue left off', async () => {
    const asked = await inRescue();
    await test.machine.powerOff();
    await test.provider.leaveRescue(ID, await leaving(asked), never);
    expect(posts(/power/).map(({ url }) => url)).toEqual([`/servers/${ID}/powerOn`]);
    expect(await test.restarts()).toEqual(['rescue', 'disk']);
  });

  it.each([
    ['cut-after', true, 1],
    ['cut', true, 2],
    ['cut', false, 2],
    [403, true, 2],
  ] as const)('asks for a power cycle whose answer was %s, with SSH %s, %d times', async (status, ssh, expected) => {
    const asked = await inRescue();
    test.answers.ssh = ssh;
    const leave = await leaving(asked);
    test.fail({ method: 'POST', path: /powerCycle$/, status });
    await expect(test.provider.leaveRescue(ID, leave, never)).rejects.toBeDefined();
    await test.restarts();
    await test.provider.leaveRescue(ID, leave, never);
    expect(posts(/powerCycle/)).toHaveLength(expected);
    expect(await test.restarts()).toEqual(['rescue', 'disk']);
  });

  it('asks again for a power cycle that was refused, whatever the server shows by then', async () => {
    const leave = await leaving(await inRescue());
    test.fail({ method: 'POST', path: /powerCycle$/, status: 403 });
    await expect(test.provider.leaveRescue(ID, leave, never)).rejects.toMatchObject({ code: 'provider-auth' });
    test.answers.ssh = false;
    await test.provider.leaveRescue(ID, leave, never);
    expect(await test.restarts()).toEqual(['rescue', 'disk']);
  });

  it('lists servers by their references, page by page, and refuses one without an address', async () => {
    for (let count = 0; count < 119; count += 1) {
      test.account.addServer({ id: `9${count}`, address: '127.0.0.3/27', machine: test.machine });
    }
    const devices = await test.provider.listDevices(never);
    expect(devices).toHaveLength(120);
    expect(devices.slice(0, 2)).toMatchObject([{ name: 'web-01' }, { id: '90', name: '90', address: '127.0.0.3' }]);
    test.server.address = '';
    await expect(request()).rejects.toMatchObject({ code: 'device-unfit' });
    test.account.servers.clear();
    expect(await test.provider.listDevices(never)).toEqual([]);
  });
});
