import { beforeEach, describe, expect, it } from 'vitest';
import { bob } from '../../support/an-install.ts';
import { StepBench } from '../../support/step-bench.ts';

/** What `handback` makes of the disk, once its VM is gone. */
let bench: StepBench;

beforeEach(async () => {
  bench = new StepBench();
  await bench.readyToBind();
  await bench.through('bind', 'launch', 'console');
  bench.device.vm = null;
  bench.device.done = [];
});

describe('by UEFI', () => {
  beforeEach(() => {
    const { plan } = bench.record.facts;
    if (plan) bench.record = { ...bench.record, facts: { ...bench.record.facts, plan: { ...plan, firmware: 'uefi' } } };
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

describe('a system that names its port', () => {
  const note = expect.stringMatching(/^nvme0n1p2: etc\/network\/interfaces sets up the port enp0s4/);
  const written = [
    'nvme0n1p2: /etc/systemd/network/10-enp0s4.link, by which the port with the MAC 52:54:00:bb:00:01 is called enp0s4',
  ];
  const asking = () => {
    bench.record = { ...bench.record, request: { ...bench.record.request, fix: ['network'] } };
  };

  beforeEach(() => {
    bench.device.disk.files = { 'etc/network/interfaces': 'iface enp0s4 inet dhcp' };
  });

  it('is told of, and not touched', async () => {
    await bench.through('handback');
    expect(bench.device.done).not.toContain('fix files');
    expect(bench.record.facts.handback).toMatchObject({ written: [], notes: [note] });
  });

  it.each([false, true])(
    'is changed where that was asked for, and said so after a crash (taken: %s)',
    async (after) => {
      asking();
      bench.device.faults.set('fix files', { error: new Error('killed'), after });
      await expect(bench.run('handback')).rejects.toThrow('killed');
      bench.crash('handback');
      await bench.through('handback');
      expect(bench.record.facts.handback).toMatchObject({ written, notes: [note] });
    },
  );

  it('is not said to be changed where that failed', async () => {
    asking();
    bench.device.disk.full = true;
    await bench.through('handback');
    expect(bench.record.facts.handback).toMatchObject({
      written: [],
      notes: [note, `could not be written: ${written[0]}`],
    });
  });
});
