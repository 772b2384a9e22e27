import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { eventually } from '../demo/eventually.ts';
import { theEnd } from '../demo/play.ts';
import type { LabDevice } from '../lab/lab.ts';
import { letInByHand } from '../support/let-in-by-hand.ts';
import { tellOnFailure } from '../support/on-failure.ts';
import { putInstall } from '../support/put-install.ts';
import { changesAsked, goRound, type Round, type RoundProvider } from '../support/rescue-round.ts';
import { playScene } from '../support/scene.ts';
import type { World } from '../support/world.ts';

/**
 * Into rescue by APIs that no whole install goes through here, looked at, and back to the own disk; no VM runs. Two
 * servers, each of which goes from provider to provider, at the same time.
 */
let world: World;
const rounds = new Map<RoundProvider, Round>();
/** What the thread asked of a person at Latitude.sh. */
let asked: Awaited<ReturnType<typeof letInByHand>>;

/** Asks for passthrough where the IOMMU is off: refused when the rescue system has proven itself and the server has been looked at. */
async function refusedByItsPlan(stage: World, provider: RoundProvider, device: LabDevice): Promise<InstallRecord> {
  const id = `xe-${provider}`;
  const rungs = { disk: 'passthrough' } as const;
  await putInstall(stage, { id, device: device.hostname, iso: 'mini.iso', provider, rungs });
  if (provider === 'latitude') asked = await somebodyComes(stage, id, device);
  return theEnd({ world: stage }, id);
}

/** Somebody sees the message in the thread and does what it says. */
async function somebodyComes({ lab, state }: World, id: string, { ids }: LabDevice) {
  const record = await eventually(
    'the question',
    async () => {
      const now = await state.store.load(id);
      return now.facts.rescue?.letIn ? now : null;
    },
    240_000,
  );
  const password = lab.sites.latitude.account.servers.get(ids.latitude)?.rescuePassword ?? '';
  return letInByHand(record, { password, port: lab.sshPort });
}

async function goRounds(stage: World, hostname: string, providers: readonly RoundProvider[]): Promise<void> {
  const device = stage.lab.devices.find((one) => one.hostname === hostname);
  if (!device) throw new Error(`the lab has no ${hostname}`);
  for (const provider of providers) {
    rounds.set(provider, await goRound(stage, { provider, device }, () => refusedByItsPlan(stage, provider, device)));
  }
}

beforeAll(async () => {
  const small = { iommu: 'off', content: 'installed-system', on: false, memoryMib: 1024 } as const;
  const devices = [
    { hostname: 'web-01', ...small },
    { hostname: 'web-02', ...small },
  ];
  world = await playScene({ lab: { devices }, product: 'none' }, async (stage) => {
    rounds.clear();
    const envs = Object.values(stage.lab.sites).map(({ env }) => env);
    // Two machines share the processors.
    await stage.start('worker', 'worker-a', Object.assign({}, ...envs, { XEPA_RESCUE_MINUTES: '10' }));
    // Not before: machines that start would have the worker wait for its turn.
    await Promise.all(stage.lab.devices.map(({ machine }) => machine.powerOn('disk')));
    await Promise.all([
      goRounds(stage, 'web-01', ['latitude', 'scaleway', 'serverscom']),
      goRounds(stage, 'web-02', ['leaseweb', 'maas', 'ironic']),
    ]);
  });
}, 900_000);
tellOnFailure(() => world);
afterAll(() => world?.stop(), 60_000);

const root = { user: 'root', sudo: false };
const into = ['POST ssh-keys', 'POST reboot'];
describe.each<[RoundProvider, Pick<InstallRecord['facts']['reach'] & object, 'user' | 'sudo'>, string[]]>([
  ['scaleway', { user: 'rescue', sudo: true }, [...into, 'POST reboot', 'DELETE ssh-keys']],
  ['leaseweb', root, ['POST rescueMode', 'POST powerCycle']],
  ['serverscom', root, ['POST ssh_keys', 'POST activate', 'POST deactivate', 'DELETE ssh_keys']],
  ['latitude', root, ['POST rescue_mode', 'POST exit_rescue_mode']],
  [
    'maas',
    { user: 'ubuntu', sudo: true },
    ['POST sshkeys', 'POST rescue_mode', 'POST exit_rescue_mode', 'DELETE sshkeys'],
  ],
  ['ironic', root, ['PATCH nodes', 'PUT provision', 'PATCH nodes', 'PUT provision']],
])('a server behind %s', (provider, login, changes) => {
  it('is proven to be in rescue by the login that the provider gives, and read to the last disk', () => {
    const { failure, facts } = rounds.get(provider)?.record ?? {};
    expect(facts?.reach).toMatchObject({ ...login, bootId: expect.stringMatching(/.{36}/) });
    expect(facts?.survey?.disks).toMatchObject([{ serial: expect.stringMatching(/^XEPANVME0[12]$/) }]);
    expect(failure).toMatchObject({ step: 'plan', code: 'device-unfit' });
    expect(failure?.message).toMatch(/IOMMU is off.*switch on/);
  });

  it('goes back to its own disk, asked for once, and everything is as it was', () => {
    const { record, shown, line } = rounds.get(provider) ?? {};
    expect(record?.phase).toBe('undone');
    expect(record?.journal.every(({ state }) => state === 'undone')).toBe(true);
    expect([record?.sealed, record?.facts.bind]).toEqual([{}, undefined]);
    expect(line).toMatch(/fw=BIOS ID=factory/);
    expect(shown?.after).toEqual(shown?.before);
    expect(changesAsked(world.lab.sites[provider].api.requests)).toEqual(changes);
  });
});

it('is let in by a person where the API cannot, who has nothing but the thread and the page of the server', () => {
  const { reach, rescue } = rounds.get('latitude')?.record.facts ?? {};
  expect(asked).toMatchObject({ host: reach?.host, hostKey: reach?.fingerprint, line: rescue?.publicKey.trim() });
});
