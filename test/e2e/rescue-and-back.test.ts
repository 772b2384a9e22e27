import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { cancelInstall } from '../../core/decisions.ts';
import { eventually } from '../demo/eventually.ts';
import { theEnd } from '../demo/play.ts';
import { renderServer as leasewebServer } from '../fakes/leaseweb/render.ts';
import { renderServer as scalewayServer } from '../fakes/scaleway/render.ts';
import type { LabDevice } from '../lab/lab.ts';
import { bob } from '../support/an-install.ts';
import { tellOnFailure } from '../support/on-failure.ts';
import { putInstall } from '../support/put-install.ts';
import { playScene } from '../support/scene.ts';
import type { World } from '../support/world.ts';

/**
 * Into rescue by APIs that no whole install goes through here, looked at, and back to the own disk; no VM runs. web-01
 * is Scaleway's, web-02 Leaseweb's.
 */
let world: World;
let scaleway: InstallRecord;
let leaseweb: InstallRecord;
/** What each provider showed of its server before anything was asked of it. */
let before: Readonly<Record<'scaleway' | 'leaseweb', unknown>>;

const deviceAt = ({ lab }: World, index: number): LabDevice => {
  const device = lab.devices[index];
  if (!device) throw new Error(`the lab has ${index + 1} devices`);
  return device;
};

function shown(stage: World) {
  const { scaleway: scw, leaseweb: lsw } = stage.lab;
  const [server, other] = [
    scw.account.servers.get(deviceAt(stage, 0).ids.scaleway),
    lsw.account.servers.get(deviceAt(stage, 1).ids.leaseweb),
  ];
  if (!server || !other) throw new Error('both accounts have their server');
  return {
    scaleway: { server: scalewayServer(server), keys: [...scw.account.keys.values()] },
    leaseweb: { server: leasewebServer(other), running: other.jobs.filter(({ status }) => status === 'ACTIVE') },
  };
}

/** Asks for passthrough where the IOMMU is off: refused when the server has been looked at. */
async function refusedByItsPlan(stage: World): Promise<InstallRecord> {
  const rungs = { disk: 'passthrough' } as const;
  await putInstall(stage, { id: 'xe-scale1', device: 'web-01', iso: 'mini.iso', provider: 'scaleway', rungs });
  return theEnd({ world: stage }, 'xe-scale1');
}

/** A person changes their mind as soon as the rescue system has proven itself. */
async function cancelledInRescue(stage: World): Promise<InstallRecord> {
  const id = 'xe-lease1';
  await putInstall(stage, { id, device: 'web-02', iso: 'mini.iso', provider: 'leaseweb' });
  await eventually('the proof', async () => (await stage.state.store.load(id)).facts.reach ?? null, 240_000);
  await stage.state.store.update(id, (now) => cancelInstall(now, bob, Date.now()));
  await stage.state.queue.wake(id);
  return theEnd({ world: stage }, id);
}

beforeAll(async () => {
  const small = { iommu: 'off', content: 'installed-system', on: false } as const;
  const devices = [
    { hostname: 'web-01', memoryMib: 1024, ...small },
    { hostname: 'web-02', memoryMib: 2048, ...small },
  ];
  world = await playScene({ lab: { devices }, product: 'none' }, async (stage) => {
    before = shown(stage);
    // Two machines share the processors.
    const env = { ...stage.lab.scaleway.env, ...stage.lab.leaseweb.env, XEPA_RESCUE_MINUTES: '10' };
    await stage.start('worker', 'worker-a', env);
    // Not before: machines that start would have the worker wait for its turn.
    await Promise.all(stage.lab.devices.map(({ machine }) => machine.powerOn('disk')));
    [scaleway, leaseweb] = await Promise.all([refusedByItsPlan(stage), cancelledInRescue(stage)]);
  });
}, 900_000);
tellOnFailure(() => world);
afterAll(() => world?.stop(), 60_000);

const sentTo = (requests: readonly { method: string; path?: string; url?: string }[]) =>
  requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path, url = path }) => `${method} ${url?.split('/').at(-1)}`);

/** Nothing of XEPA is left, and the metal has come up from its own disk. */
async function expectUntouched(record: InstallRecord, index: number): Promise<void> {
  const { machine } = deviceAt(world, index);
  expect(record.phase).toBe('undone');
  expect(record.journal.every(({ state }) => state === 'undone')).toBe(true);
  expect([record.sealed, record.facts.bind]).toEqual([{}, undefined]);
  await eventually('the restart from disk', async () => (machine.booted === 'disk' ? true : null));
  await comesUp(machine);
}

/** Under load the emulated metal sometimes stands still at its boot loader; switched on again, it tells that from a disk that does not boot. */
async function comesUp(machine: LabDevice['machine']): Promise<void> {
  const line = /INSTALLED-OS-OK fw=BIOS ID=factory/;
  const up = await machine.waitForSerial(line, 90_000).then(
    () => true,
    () => false,
  );
  if (!up) {
    console.warn(`SWITCHED ON AGAIN: ${machine.spec.hostname} stood still at its boot loader`);
    await machine.reset('disk');
    await machine.waitForSerial(line);
  }
}

describe('a server of Scaleway', () => {
  it('is proven to be in rescue by a user who is root by sudo alone, and read to the last disk', () => {
    expect(scaleway.failure).toMatchObject({ step: 'plan', code: 'device-unfit' });
    expect(scaleway.failure?.message).toMatch(/IOMMU is off.*switch on/);
    expect(scaleway.facts.reach).toMatchObject({ user: 'rescue', sudo: true, bootId: expect.stringMatching(/.{36}/) });
    expect(scaleway.facts.survey?.disks).toMatchObject([{ serial: 'XEPANVME01' }]);
  });

  it('goes back to its disk by one more reboot, and everything there is as it was', async () => {
    await expectUntouched(scaleway, 0);
    const { api } = world.lab.scaleway;
    expect(sentTo(api.requests).slice(0, 3)).toEqual(['POST ssh-keys', 'POST reboot', 'POST reboot']);
    expect(sentTo(api.requests)).toHaveLength(4);
    expect(shown(world).scaleway).toEqual(before.scaleway);
  });
});

describe('a server of Leaseweb', () => {
  it('is proven to be in rescue, by the key that went with its launch', () => {
    expect(leaseweb.failure).toBeUndefined();
    expect(leaseweb.cancel).toMatchObject({ by: bob });
    expect(leaseweb.facts.reach).toMatchObject({ user: 'root', sudo: false, bootId: expect.stringMatching(/.{36}/) });
  });

  it('goes back to its disk by a power cycle, and nothing of the provider’s is at work there', async () => {
    await expectUntouched(leaseweb, 1);
    expect(sentTo(world.lab.leaseweb.api.requests)).toEqual(['POST rescueMode', 'POST powerCycle']);
    expect(shown(world).leaseweb).toEqual(before.leaseweb);
  });
});
