import { afterAll, beforeAll, expect, it } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { bootMetal } from '../../core/decisions.ts';
import { eventually } from '../demo/eventually.ts';
import { installerSaid } from '../demo/installer-said.ts';
import { theEnd } from '../demo/play.ts';
import { alice } from '../support/an-install.ts';
import { inside } from '../support/inside.ts';
import { tellOnFailure } from '../support/on-failure.ts';
import { putInstall, putSnapshot } from '../support/put-install.ts';
import { playScene } from '../support/scene.ts';
import type { World } from '../support/world.ts';

/**
 * web-01: the IOMMU is off, nothing can be passed through, and its rescue system builds an array on the disk by itself. web-02, behind OVHcloud's API: it is on, but disk and spare port share
 * a group with the lifeline.
 */
let world: World;
let refused: InstallRecord;
let record: InstallRecord;
let together: InstallRecord;
let console_: InstallRecord;
/** What the installed system said in the VM, and how QEMU holds the disk meanwhile. */
let said = '';
let held = '';
/** What the metal printed from its own disk: after the install, and after the console. */
let installed = '';
let again = '';

/** Of what it has printed since it was last switched on. */
async function metalSaid(stage: World): Promise<string> {
  const [proof = ''] =
    (await stage.lab.devices[0]?.machine.waitForSerial(/INSTALLED-OS-OK[^\r\n]*ID=mini [^\r\n]*/)) ?? [];
  return proof;
}

/** A console of what was installed, as a snapshot, until somebody has seen enough. */
async function lookAtTheSystem(stage: World): Promise<InstallRecord> {
  const id = 'xe-look01';
  await putSnapshot(stage, { id, device: 'web-01' });
  // The end of the line that proves it.
  said = await installerSaid(stage, id, 'uptime=');
  const dir = (await stage.state.store.load(id)).facts.launch?.dir ?? '';
  const pid = await inside(stage, id, ['cat', `${dir}/qemu.pid`]);
  held = await inside(stage, id, ['sh', '-c', 'ls -l "/proc/$1/fd"', 'sh', pid]);
  await eventually('the console', async () => ((await stage.state.store.load(id)).at === 'attend' ? true : null));
  await stage.state.store.update(id, (current) => bootMetal(current, alice, Date.now()));
  await stage.state.queue.wake(id);
  return theEnd({ world: stage }, id);
}

beforeAll(async () => {
  const devices = [
    { hostname: 'web-01', iommu: 'off', stack: 'array', memoryMib: 2560, content: 'installed-system' },
    { hostname: 'web-02', groups: 'together', memoryMib: 2048 },
  ] as const;
  world = await playScene({ lab: { devices }, product: 'none' }, async (stage) => {
    await stage.start('worker', 'worker-a', { ...stage.lab.sites.ovhcloud.env });
    const rungs = { disk: 'passthrough' } as const;
    await putInstall(stage, { id: 'xe-asked1', device: 'web-01', iso: 'mini.iso', rungs });
    refused = await theEnd({ world: stage }, 'xe-asked1');
    const machine = stage.lab.devices[0]?.machine;
    await eventually('the restart from disk', async () => (machine?.booted === 'disk' ? true : null));
    await putInstall(stage, { id: 'xe-ladder', device: 'web-01', iso: 'mini.iso' });
    record = await theEnd({ world: stage }, 'xe-ladder');
    installed = await metalSaid(stage);
    console_ = await lookAtTheSystem(stage);
    again = await metalSaid(stage);
    await putInstall(stage, { id: 'xe-group1', device: 'web-02', iso: 'mini.iso', provider: 'ovhcloud' });
    together = await theEnd({ world: stage }, 'xe-group1');
  });
}, 1_200_000);
tellOnFailure(() => world);
afterAll(() => world?.stop(), 60_000);

it('refuses passthrough that was asked for by name, says what to switch on, and touches nothing', () => {
  expect(refused.phase).toBe('undone');
  expect(refused.failure).toMatchObject({ step: 'plan', code: 'device-unfit' });
  expect(refused.failure?.message).toMatch(/IOMMU is off.*switch on/);
  expect(refused.facts.bind).toBeUndefined();
});

it('stops what the rescue system has built on the disk, from the top, each time that the disk is given away', () => {
  expect(refused.facts.survey?.disks[0]?.holders).toEqual(['md127', 'dm-0']);
  for (const { facts } of [record, console_]) {
    expect(facts.plan?.stops?.map(({ name, label }) => [name, label])).toEqual([
      ['dm-0', 'lab-root'],
      ['md127', 'md127 (raid1)'],
    ]);
    expect(facts.plan?.ladder[0]?.first?.join(' ')).toMatch(/Stopped first, .*lab\/root \(LVM\) and md127 \(raid1\)/);
  }
});

it('goes down the ladder by itself: nothing is bound, and the disk is read again after the VM', () => {
  expect(record.failure).toBeUndefined();
  expect(record.facts.plan).toMatchObject({ passed: [], block: { bus: 'nvme', serial: 'XEPANVME01' } });
  expect(record.facts.plan?.ladder.map(({ rung }) => rung)).toEqual(['raw-block', 'emulated']);
  expect(record.facts.bind?.previous).toEqual([]);
  expect(record.facts.handback?.restored).toEqual(['/dev/nvme0n1 was read again: 1 partition']);
  expect(record.facts.verify).toMatchObject({ up: true });
});

it('ends with the metal printing, from its own disk, the serial and the MAC that its installer saw', () => {
  expect(installed).toMatch(/fw=BIOS ID=mini serial=XEPANVME01 mac=52:54:00:aa:00:01 /);
});

it('shows the installed system on a screen of its own, out of a disk that it cannot write to', () => {
  expect(console_.failure).toBeUndefined();
  expect(console_.facts.plan).toMatchObject({ block: { serial: 'XEPANVME01', scratchMb: expect.any(Number) } });
  expect(console_.facts.media).toBeUndefined();
  expect(said).toMatch(/INSTALLED-OS-OK fw=BIOS ID=mini serial=XEPANVME01/);
  expect(held).toMatch(/^lr-x.* -> \/dev\/nvme0n1$/m);
  expect(held).not.toMatch(/^l.w.* -> \/dev\/nvme0n1$/m);
  expect(held).toMatch(/ -> \/run\/xepa\/xe-look01\/scratch\//);
});

it('gives the server back: the metal boots from that disk again, and nothing was done to its boot files', () => {
  expect(console_.phase).toBe('done');
  expect(console_.facts).toMatchObject({ handback: { restored: [], loaders: [] }, verify: { up: true } });
  expect(again).toMatch(/fw=BIOS ID=mini serial=XEPANVME01 mac=52:54:00:aa:00:01 /);
});

it('passes nothing through that shares its group with the lifeline, says so of disk and port, and installs by the next rung', async () => {
  expect(together.failure).toBeUndefined();
  const { survey, plan, bind } = together.facts;
  const group = survey?.pci.find(({ class: kind }) => kind === '010802')?.iommuGroup;
  const members = survey?.pci.filter(({ iommuGroup }) => iommuGroup === group).map((one) => one.class.slice(0, 4));
  expect(members?.toSorted()).toEqual(['0108', '0200', '0200', '0604']);
  expect(plan).toMatchObject({ passed: [], block: { bus: 'nvme', serial: 'XEPANVME02' }, nic: { mode: 'emulated' } });
  const shares = `shares its IOMMU group ${group} with eth0 (52:54:00:aa:00:02), which carries our connection.`;
  for (const { refused: against } of plan?.ladder ?? []) expect(against[0]?.why).toContain(shares);
  expect(bind?.previous).toEqual([]);
  const metal = world.lab.devices[1]?.machine;
  const [proof] = (await metal?.waitForSerial(/INSTALLED-OS-OK[^\r\n]*ID=mini [^\r\n]*/)) ?? [''];
  expect(proof).toMatch(/fw=BIOS ID=mini serial=XEPANVME02 mac=52:54:00:aa:00:02 /);
});

it('goes through OVHcloud: one choice of the rescue, two reboots, and every setting as it was', () => {
  const { api, account } = world.lab.sites.ovhcloud;
  const server = account.servers.get(together.device.id);
  const sent = api.requests.filter(({ method }) => method !== 'GET');
  expect(sent.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).toEqual([
    `PUT ${server?.name}`,
    'POST reboot',
    `PUT ${server?.name}`,
    'POST reboot',
  ]);
  expect(server?.tasks.map(({ status }) => status)).toEqual(['done', 'done']);
  expect(server?.settings).toMatchObject({ bootId: 1, rescueSshKey: null, monitoring: true, noIntervention: false });
});
