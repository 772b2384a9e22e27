import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOvhcloud } from '../../worker/providers/ovhcloud/index.ts';
import { boots, OvhAccount } from '../fakes/ovhcloud/account.ts';
import { OvhApi } from '../fakes/ovhcloud/ovh-api.ts';
import { ovhError } from '../fakes/ovhcloud/refused.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { serveFake } from '../support/served-fake.ts';
import { describeProvider, installKey, requestNow } from '../worker/providers/conformance.ts';
import { type ApiUnderTest, describeApiProvider } from '../worker/providers/conformance-api.ts';
import { describeFailures, type LeavingApi } from '../worker/providers/conformance-failures.ts';

const keys = { applicationKey: 'app-7f3k', applicationSecret: 'as-very/private', consumerKey: 'ck-very+private' };
const never = new AbortController().signal;
const NAME = 'ns321.ip-127-0-0.eu';
const RESCUE = 1122;

type Ovh = Awaited<ReturnType<typeof startOvh>>;

async function startOvh() {
  const clock = { ms: 1_790_000_000_000, theirs: 0 };
  const account = new OvhAccount();
  const machine = new PretendMachine();
  let admitted: readonly string[] = [];
  const server = account.addServer({
    ...{ name: NAME, displayName: 'web-01', address: '127.0.0.1', machine, tags: { env: 'prod', eu: '' } },
    authorise(publicKeys) {
      admitted = publicKeys;
    },
  });
  const elsewhere = { address: '127.0.0.2', machine: new PretendMachine(), owner: 'stranger' } as const;
  account.addServer({ name: 'ns777.ip-127-0-0.eu', ...elsewhere });
  const api = new OvhApi({ account, keys, delayMs: 1, now: () => clock.ms + clock.theirs });
  const served = await serveFake(api, machine, '/1.0');
  const providerWith = (given: Partial<typeof keys>) =>
    createOvhcloud({
      ...{ apiUrl: served.url, ...keys, ...given, sshPort: 2222, now: () => clock.ms },
    });
  const labelOf = (line: string) => line.split(' ').at(2) ?? '';
  return {
    ...{ account, api, clock, machine, server, providerWith, blocks, deviceId: NAME },
    provider: providerWith({}),
    tags: ['env:prod', 'prod', 'eu'],
    impostor: () => providerWith({ consumerKey: 'wrong' }),
    strangerId: 'ns777.ip-127-0-0.eu',
    secrets: [keys.applicationSecret, keys.consumerKey],
    ...served,
    errorBody: (text: string) => ovhError(400, 'INVALID_ARGUMENT', text),
    async keyLabels() {
      await api.settled();
      return admitted.map(labelOf);
    },
    left: async () => ({ ...server.settings, runs: machine.booted, power: machine.power }),
  };
}

const blockWith = (change: Partial<Ovh['server']>) => (test: ApiUnderTest) =>
  void Object.assign((test as Ovh).server, change);
const setTo = (change: Partial<Ovh['server']['settings']>) => (test: ApiUnderTest) =>
  void Object.assign((test as Ovh).server.settings, change);
const blocks: LeavingApi['blocks'] = [
  ['broken', blockWith({ state: 'error' }), /web-01 is in the state "error" at OVHcloud: it must be "ok" first/],
  ['off', (test) => void (test as Ovh).machine.powerOff(), /powered off at OVHcloud: power it on first/],
  ['set to boot rescue', setTo({ bootId: RESCUE }), /set to boot "Customer rescue.*from its disk first/],
  ['set to boot the network', setTo({ bootId: 7 }), /set to boot "iPXE shell" \(network\)/],
  ['booting a script', setTo({ bootId: null, bootScript: '#!ipxe' }), /iPXE script of your own/],
  [
    'without a rescue system',
    blockWith({ boots: boots.filter(({ kernel }) => kernel !== 'rescue-customer') }),
    /no Linux rescue system at OVHcloud/,
  ],
  [
    'being worked on',
    (test) => void (test as Ovh).account.addTask((test as Ovh).server, 'reinstallServer', 'doing'),
    /at work on web-01 \(reinstallServer\): wait/,
  ],
];

describeProvider('ovhcloud', startOvh);
describeApiProvider('ovhcloud', startOvh);
describeFailures('ovhcloud', startOvh);

describe('ovhcloud', () => {
  let ovh: Ovh;
  beforeEach(async () => {
    ovh = await startOvh();
  });
  afterEach(() => ovh.close());

  const request = () => requestNow(ovh.provider, ovh.deviceId);
  const changes = () => ovh.api.requests.filter(({ method }) => method === 'PUT').map(({ body }) => body);
  async function inRescue() {
    const asked = await request();
    await ovh.provider.enterRescue(ovh.deviceId, asked, never);
    await ovh.api.settled();
    return asked;
  }
  const leave = async ({ saved }: { saved: Record<string, unknown> }) =>
    ovh.provider.leaveRescue(ovh.deviceId, { ...(await request()), saved }, never);

  it('chooses the Linux rescue for the key of the install, with nobody called out for a failed ping', async () => {
    await inRescue();
    const quiet = { monitoring: false, noIntervention: true };
    expect(changes()).toEqual([{ bootId: RESCUE, rescueSshKey: installKey.publicKey.trim(), ...quiet }]);
    expect(await ovh.keyLabels()).toEqual([installKey.label]);
  });

  it.each([
    { bootId: 1, rescueSshKey: 'ssh-ed25519 AAAA alice', monitoring: false, noIntervention: true },
    { bootId: 1, rescueSshKey: null, monitoring: true, noIntervention: false },
  ])('puts %j back, and boots the disk', async (settings) => {
    Object.assign(ovh.server.settings, settings);
    const before = { ...ovh.server.settings };
    await leave(await inRescue());
    expect(await ovh.restarts()).toEqual(['rescue', 'disk']);
    expect(ovh.server.settings).toEqual(before);
  });

  it('tells the loader of what was installed, and keeps the old one where nothing was', async () => {
    ovh.server.settings.efiBootloaderPath = '\\efi\\old\\grubx64.efi';
    await leave(await inRescue());
    expect(ovh.server.settings.efiBootloaderPath).toBe('\\efi\\old\\grubx64.efi');
    const { saved } = await inRescue();
    const loader = '/EFI/BOOT/BOOTX64.EFI';
    await ovh.provider.leaveRescue(ovh.deviceId, { ...(await request()), saved, loader }, never);
    expect(ovh.server.settings).toMatchObject({ bootId: 1, efiBootloaderPath: '\\EFI\\BOOT\\BOOTX64.EFI' });
  });

  it('chooses the disk where nothing was ever chosen', async () => {
    ovh.server.settings.bootId = null;
    await leave(await inRescue());
    expect(await ovh.restarts()).toEqual(['rescue', 'disk']);
    expect(ovh.server.settings.bootId).toBe(1);
  });

  it('puts settings back without a restart where none was made', async () => {
    const asked = await request();
    ovh.fail({ method: 'POST', path: /reboot$/, status: 409 });
    await expect(ovh.provider.enterRescue(ovh.deviceId, asked, never)).rejects.toMatchObject({ retry: 'backoff' });
    expect(ovh.server.settings.bootId).toBe(RESCUE);
    await leave(asked);
    expect(ovh.server.settings).toMatchObject({ bootId: 1, rescueSshKey: null, monitoring: true });
    expect(await ovh.restarts()).toEqual([]);
  });

  it('asks again for a reboot that came to nothing', async () => {
    const asked = await request();
    ovh.server.failsToRestart = true;
    await ovh.provider.enterRescue(ovh.deviceId, asked, never);
    expect(await ovh.restarts()).toEqual([]);
    ovh.server.failsToRestart = false;
    await ovh.provider.enterRescue(ovh.deviceId, asked, never);
    expect(await ovh.restarts()).toEqual(['rescue']);
  });

  it.each([-86_400_000, 7_200_000])('asks for the time where its clock differs by %d ms, once', async (theirs) => {
    ovh.clock.theirs = theirs;
    await inRescue();
    expect(await ovh.restarts()).toEqual(['rescue']);
    expect(ovh.api.requests.filter(({ path }) => path === '/auth/time').length).toBeLessThanOrEqual(6);
    const before = ovh.calls();
    await ovh.provider.listDevices(never);
    expect(ovh.api.requests.slice(before).map(({ path }) => path)).not.toContain('/auth/time');
  });

  it('lists a server without a name of its own by the provider’s, and reads its details every ten minutes', async () => {
    ovh.server.displayName = null;
    const names = async () => (await ovh.provider.listDevices(never)).map(({ name }) => name);
    expect(await names()).toEqual([NAME]);
    ovh.server.displayName = 'web-02';
    const before = ovh.calls();
    expect(await names()).toEqual([NAME]);
    expect(ovh.calls() - before).toBe(1);
    ovh.clock.ms += 600_001;
    expect(await names()).toEqual(['web-02']);
    ovh.account.servers.clear();
    expect(await names()).toEqual([]);
  });
});
