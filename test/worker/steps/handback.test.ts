import { beforeEach, describe, expect, it } from 'vitest';
import { bob } from '../../support/an-install.ts';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;

beforeEach(async () => {
  bench = new StepBench();
  await bench.readyToBind();
  await bench.through('bind', 'launch', 'console');
  if (bench.device.vm) bench.device.vm.status = 'running';
  bench.device.done = [];
});

const wait = (ms: number) => bench.clock.forward(ms);
const guestPowersOff = () => {
  if (bench.device.vm) bench.device.vm.status = 'shutdown';
};

it('closes the console, powers the guest down, ends QEMU and gives the hardware back', async () => {
  bench.device.onPowerDown = guestPowersOff;
  expect(await bench.run('handback')).toMatchObject({ why: 'the installed system to power down' });
  expect(await bench.run('handback')).toMatchObject({ why: 'the VM to stop' });
  await bench.through('handback');
  expect(bench.device.done).toEqual(['system_powerdown', 'quit', 'give back', 'disarm']);
  expect(bench.revoked).toContain('xe-7f3kq2');
  expect(bench.device.timer).toBe('off');
  expect(bench.record.facts.handback).toEqual({
    restored: ['0000:02:00.0 nvme', '0000:01:00.0 e1000e'],
    loaders: ['nvme0n1 has boot code'],
    written: [],
    notes: [],
    loader: null,
    bootable: { verdict: 'yes', why: 'nvme0n1 has boot code' },
  });
  expect(bench.device.disk.lookedAt).toEqual(['0000:02:00.0']);
});

it('does not power down a guest that has powered off by itself', async () => {
  guestPowersOff();
  await bench.run('handback');
  await bench.through('handback');
  expect(bench.device.done).toEqual(['quit', 'give back', 'disarm']);
});

it('does not wait for a VM that was switched off at its console', async () => {
  if (bench.device.vm) bench.device.vm.status = 'prelaunch';
  await bench.run('handback');
  await bench.through('handback');
  expect(bench.device.done).toEqual(['quit', 'give back', 'disarm']);
});

it('lets a paused VM run, so that its guest can power down', async () => {
  if (bench.device.vm) bench.device.vm.status = 'paused';
  bench.device.onPowerDown = guestPowersOff;
  await bench.run('handback');
  expect(bench.device.done).toEqual(['cont', 'system_powerdown']);
});

it('gives a guest that does not listen its time, then ends QEMU, then kills it', async () => {
  await bench.run('handback');
  await bench.run('handback');
  expect(bench.device.done).toEqual(['system_powerdown', 'system_powerdown']);
  wait(bench.deps.settings.powerDownMs + 1);
  await bench.run('handback');
  expect(bench.device.done.at(-1)).toBe('quit');
  await bench.through('handback');
});

it('kills a QEMU that does not listen when its time is over, and not before', async () => {
  bench.device.qmp = 'deaf';
  for (let look = 0; look < 8; look += 1) {
    expect(await bench.run('handback')).toMatchObject({ kind: 'waiting' });
    wait(10_000);
  }
  expect(bench.device.done).toEqual([]);
  wait(60_000);
  expect(await bench.run('handback')).toMatchObject({ kind: 'waiting', ms: 0 });
  expect(bench.device.done).toEqual(['kill vm']);
  await bench.through('handback');
});

it('can be run again after each half of it', async () => {
  guestPowersOff();
  await bench.run('handback');
  for (const action of ['give back', 'disarm']) {
    bench.device.faults.set(action, { error: new Error('killed'), after: true });
    await expect(bench.run('handback')).rejects.toThrow('killed');
    bench.crash('handback');
  }
  await bench.through('handback', 'handback');
  expect([...bench.device.drivers.values()]).toEqual(['e1000e', 'nvme']);
});

describe('by UEFI', () => {
  beforeEach(() => {
    const { plan } = bench.record.facts;
    if (plan) bench.record = { ...bench.record, facts: { ...bench.record.facts, plan: { ...plan, firmware: 'uefi' } } };
    bench.device.vm = null;
  });

  const written = [
    'nvme0n1p1: /EFI/BOOT/grubx64.efi, a copy of /EFI/debian/grubx64.efi',
    'nvme0n1p1: /EFI/BOOT/BOOTX64.EFI, a copy of /EFI/debian/shimx64.efi',
  ];

  it('puts the loader where firmware finds it, and says file by file what was written', async () => {
    await bench.through('handback');
    expect(bench.record.facts.handback).toMatchObject({
      loaders: ['nvme0n1p1 got its loader /EFI/debian/shimx64.efi copied to where firmware finds it'],
      written,
      loader: '/EFI/BOOT/BOOTX64.EFI',
      bootable: { verdict: 'yes' },
    });
  });

  it('tells the provider which loader that is', async () => {
    await bench.through('handback', 'boot');
    expect(bench.provider.loader).toBe('/EFI/BOOT/BOOTX64.EFI');
  });

  it.each([false, true])('forgets nothing that was written when its worker dies (taken: %s)', async (after) => {
    bench.device.faults.set('copy loader', { error: new Error('killed'), after });
    await expect(bench.run('handback')).rejects.toThrow('killed');
    bench.crash('handback');
    await bench.through('handback');
    expect(bench.record.facts.handback?.written).toEqual(written);
  });

  it('writes nothing where a loader is there, and says what its fallback does', async () => {
    bench.device.disk.loaders = ['/EFI/BOOT/BOOTX64.EFI', '/EFI/BOOT/fbx64.efi'];
    await bench.through('handback');
    expect(bench.device.done).not.toContain('copy loader');
    expect(bench.record.facts.handback).toMatchObject({
      written: [],
      loaders: [expect.stringMatching(/restarts once$/)],
    });
  });

  it('says that a loader could not be copied, and claims no file', async () => {
    bench.device.disk.full = true;
    await bench.through('handback');
    expect(bench.record.facts.handback).toMatchObject({
      written: [],
      loader: null,
      loaders: [expect.stringContaining('could not be copied')],
      bootable: { verdict: 'unsure' },
    });
  });

  it('takes any FAT file system without a loader for what it is', async () => {
    bench.device.disk.loaders = [];
    expect(await bench.run('handback')).toMatchObject({ kind: 'waiting' });
    expect(bench.record.facts.question?.findings[0]).toMatch(/it has boot code for a BIOS/);
  });
});

describe('a disk that nothing would start from', () => {
  beforeEach(() => {
    bench.device.disk.bootCode = false;
    bench.device.vm = null;
  });

  const say = (kind: 'boot' | 'leave-in-rescue') => {
    const n = bench.record.facts.question?.n ?? 0;
    bench.record = { ...bench.record, answer: { n, kind, by: bob, at: bench.clock.now() } };
  };

  it('is told of before the metal is restarted, once', async () => {
    expect(await bench.run('handback')).toMatchObject({ kind: 'waiting' });
    const asked = bench.record.facts.question;
    expect(asked).toMatchObject({ n: 1, kind: 'nothing-bootable', answers: ['boot', 'leave-in-rescue'] });
    expect(asked?.findings).toEqual([
      expect.stringMatching(/^No boot code is on the disk: nvme0n1 has an MBR with 1 partition \(vfat\)/),
    ]);
    bench.crash('handback');
    expect(await bench.run('handback')).toMatchObject({ kind: 'waiting' });
    expect(bench.record.facts.question).toEqual(asked);
    expect(bench.device.done.filter((name) => name === 'give back')).toHaveLength(1);
  });

  it('is booted all the same when somebody says so', async () => {
    await bench.run('handback');
    say('boot');
    await bench.through('handback', 'boot');
    expect(bench.provider.history).toEqual(['rescue', 'reboot']);
  });

  it('is booted when nobody says anything, or nothing is to be asked', async () => {
    await bench.run('handback');
    bench.clock.forward(bench.deps.settings.askMs);
    await bench.through('handback');
    bench.deps.settings = { ...bench.deps.settings, askMs: 0 };
    await bench.through('handback');
  });

  it('leaves the server in rescue without our key when somebody says so', async () => {
    await bench.run('handback');
    say('leave-in-rescue');
    await bench.through('handback', 'boot', 'verify', 'release');
    expect(bench.provider.history).toEqual(['rescue']);
    expect(bench.record.facts.verify).toMatchObject({ up: false, inRescue: true, saidBy: bob.id });
    expect(bench.device.done).toContain('forget key');
    expect(bench.provider.keys.size).toBe(0);
    expect(bench.leases.size).toBe(0);
  });
});

it('has lost nothing when the connection is cut in it', async () => {
  bench.deps.shells.close();
  bench.device.ssh = 'down';
  await expect(bench.run('handback')).rejects.toMatchObject({ code: 'unreachable', retry: 'backoff' });
});

describe('a disk of the rescue system', () => {
  beforeEach(async () => {
    bench = new StepBench();
    bench.withoutIommu();
    await bench.readyToBind();
    await bench.through('bind', 'launch', 'console');
    bench.device.vm = null;
    bench.device.done = [];
  });

  it('is read again before loaders are looked for, on it and nowhere else', async () => {
    const { plan } = bench.record.facts;
    if (plan) bench.record = { ...bench.record, facts: { ...bench.record.facts, plan: { ...plan, firmware: 'uefi' } } };
    await bench.through('handback');
    expect(bench.device.done).toContain('reread /dev/nvme0n1');
    expect(bench.device.disk.lookedAt).toEqual(['/dev/nvme0n1']);
    expect(bench.record.facts.handback).toMatchObject({
      restored: ['/dev/nvme0n1 was read again: 1 partition'],
      loaders: ['nvme0n1p1 got its loader /EFI/debian/shimx64.efi copied to where firmware finds it'],
    });
  });

  it('that cannot be read again is told of, and keeps nobody from booting it', async () => {
    bench.device.disk.afterwards = 'busy';
    await bench.through('handback');
    expect(bench.record.facts.handback?.loaders).toContainEqual(expect.stringContaining('could not be read again'));
  });
});
