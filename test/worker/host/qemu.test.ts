import { describe, expect, it } from 'vitest';
import type { BlockDisk } from '../../../core/contracts/ladder.ts';
import { qemuArgv, type VmInput } from '../../../worker/host/qemu.ts';
import { optionValue, smbiosArgv } from '../../../worker/host/qemu-smbios.ts';

const none = { manufacturer: '', product: '', version: '', serial: '', uuid: '', sku: '', family: '' };

const input: VmInput = {
  plan: {
    firmware: 'bios',
    accel: 'kvm',
    memoryMb: 2048,
    cpus: 3,
    passed: [
      { address: '0000:02:00.0', group: 6, purpose: 'disk', label: 'disk', driver: 'nvme' },
      { address: '0000:00:1f.3', group: 6, purpose: 'group-member', label: 'bus', driver: null },
      { address: '0000:01:00.0', group: 5, purpose: 'nic', label: 'eth1', driver: 'e1000e' },
    ],
    nic: { mode: 'passthrough', mac: '52:54:00:bb:00:02', address: '0000:01:00.0' },
    block: null,
    ladder: [],
    erases: [],
    warnings: [],
    digest: 'd',
  },
  smbios: none,
  isoPath: '/run/xepa/i.iso',
  dir: '/run/xepa/xe-1',
  installId: 'xe-1',
  kvm: true,
  ovmf: { code: '/c.fd', vars: '/v.fd' },
};

function valuesOf(argv: readonly string[], flag: string): string[] {
  return argv.filter((_, index) => argv[index - 1] === flag);
}

describe('qemuArgv', () => {
  const argv = qemuArgv(input);
  const devices = valuesOf(argv, '-device');

  it('gives the VM the disk controller and the port, each behind a root port of its own and without option ROM', () => {
    expect(devices.filter((device) => device.startsWith('vfio-pci'))).toEqual([
      'vfio-pci,host=0000:02:00.0,id=disk0,bus=port0,rombar=0,bootindex=2',
      'vfio-pci,host=0000:01:00.0,id=nic1,bus=port1,rombar=0',
    ]);
    expect(devices.filter((device) => device.startsWith('pcie-root-port'))).toHaveLength(2);
  });

  it('keeps the rest of a group out of the VM', () => {
    expect(argv.join(' ')).not.toContain('0000:00:1f.3');
  });

  it('boots the CD first', () => {
    expect(devices).toContain('ide-cd,drive=cdrom0,bus=ide.0,id=cd,bootindex=1');
  });

  it('has an empty drive behind the disk where there is no ISO', () => {
    const empty = qemuArgv({ ...input, isoPath: null });
    expect(valuesOf(empty, '-drive')).toEqual(['if=none,id=cdrom0,media=cdrom,readonly=on']);
    expect(valuesOf(empty, '-device')).toContain('ide-cd,drive=cdrom0,bus=ide.0,id=cd,bootindex=9');
  });

  it('listens on unix sockets only', () => {
    const listening = [...valuesOf(argv, '-vnc'), ...valuesOf(argv, '-qmp')];
    expect(listening).toHaveLength(3);
    for (const value of listening) expect(value).toMatch(/^unix:\/run\/xepa\/xe-1\//);
    for (const value of valuesOf(argv, '-chardev'))
      expect(value).toMatch(/^socket,id=serial[01],path=\/run\/xepa\/xe-1\//);
  });

  it('has neither a keymap nor a USB keyboard, which lose keys', () => {
    expect(argv).not.toContain('-k');
    expect(argv.join(' ')).not.toContain('usb-kbd');
  });

  it('has no other network when a real port is passed', () => {
    expect(argv).not.toContain('-netdev');
  });

  it('emulates a port with the given MAC behind NAT when none can be spared', () => {
    const nic = { mode: 'emulated' as const, mac: '52:54:00:aa:00:01', address: null };
    const emulated = qemuArgv({ ...input, plan: { ...input.plan, nic, passed: input.plan.passed.slice(0, 1) } });
    expect(valuesOf(emulated, '-netdev')).toEqual(['user,id=net0']);
    expect(emulated.join(' ')).toContain('e1000e,netdev=net0,id=nic1,mac=52:54:00:aa:00:01,bus=port1');
  });

  const block: BlockDisk = {
    ...{ path: '/dev/disk/by-id/nvme-A,B', serial: 'S,1', model: 'INTEL SSD\u0007', sizeBytes: 1e12 },
    ...{ controller: '0000:02:00.0', bus: 'nvme', logicalSectorBytes: 512, physicalSectorBytes: 4096 },
  };
  const drive =
    'if=none,id=target,format=raw,file=/dev/disk/by-id/nvme-A,,B,cache=none,aio=threads,discard=unmap,detect-zeroes=off';

  it('shows a disk of the rescue system as one of its own kind, past the page cache', () => {
    const passed = input.plan.passed.slice(2);
    const raw = qemuArgv({ ...input, plan: { ...input.plan, passed, block } });
    expect(valuesOf(raw, '-drive')[0]).toBe(drive);
    expect(valuesOf(raw, '-device').slice(2, 6)).toEqual([
      'pcie-root-port,id=port0,chassis=1,slot=1',
      'vfio-pci,host=0000:01:00.0,id=nic0,bus=port0,rombar=0',
      'pcie-root-port,id=port1,chassis=2,slot=2',
      'nvme,drive=target,id=disk1,bus=port1,serial=S,,1,logical_block_size=512,physical_block_size=4096,bootindex=2',
    ]);
  });

  it('puts a SATA disk behind an AHCI controller of its own, beside those of the CDs, with an emulated port after it', () => {
    const nic = { mode: 'emulated' as const, mac: '52:54:00:aa:00:01', address: null };
    const plan = { ...input.plan, nic, passed: [], block: { ...block, bus: 'ahci' as const } };
    expect(valuesOf(qemuArgv({ ...input, plan }), '-device').slice(2, 7)).toEqual([
      'pcie-root-port,id=port0,chassis=1,slot=1',
      'ich9-ahci,id=sata,bus=port0',
      'ide-hd,drive=target,id=disk0,bus=sata.0,model=INTEL SSD,serial=S,,1,logical_block_size=512,physical_block_size=4096,bootindex=2',
      'pcie-root-port,id=port1,chassis=2,slot=2',
      'e1000e,netdev=net0,id=nic1,mac=52:54:00:aa:00:01,bus=port1,romfile=',
    ]);
  });

  it('maps firmware only on UEFI servers, with variables of its own', () => {
    expect(argv.join(' ')).not.toContain('pflash');
    const uefi = qemuArgv({ ...input, plan: { ...input.plan, firmware: 'uefi' } });
    expect(valuesOf(uefi, '-drive').slice(0, 2)).toEqual([
      'if=pflash,format=raw,unit=0,readonly=on,file=/c.fd',
      'if=pflash,format=raw,unit=1,file=/run/xepa/xe-1/vars.fd',
    ]);
  });

  it('emulates the processor where KVM cannot be used', () => {
    const slow = qemuArgv({ ...input, kvm: false });
    expect(valuesOf(slow, '-accel')).toEqual(['tcg']);
    expect(valuesOf(slow, '-cpu')).toEqual(['max']);
  });

  it('adds machine and processor options only when asked to', () => {
    expect(valuesOf(argv, '-machine')).toEqual(['q35']);
    expect(valuesOf(argv, '-cpu')).toEqual(['host']);
    const special = qemuArgv({
      ...input,
      options: { extraMachine: 'kernel-irqchip=off', cpuOptions: 'kvm-asyncpf=off' },
    });
    expect(valuesOf(special, '-machine')).toEqual(['q35,kernel-irqchip=off']);
    expect(valuesOf(special, '-cpu')).toEqual(['host,kvm-asyncpf=off']);
  });

  it('puts further images into drives of their own that do not boot', () => {
    const more = valuesOf(qemuArgv({ ...input, options: { extraCds: ['/drivers,1.iso'] } }), '-device');
    expect(more.filter((device) => device.startsWith('ide-cd'))).toHaveLength(2);
    expect(more).toContain('ide-cd,drive=cdrom1,bus=ide.1,id=cd1');
  });
});

describe('smbiosArgv', () => {
  it('doubles commas, so that no board string becomes an option', () => {
    expect(smbiosArgv({ ...none, manufacturer: 'ACME, Inc.', serial: 'A,uuid=1' })).toEqual([
      '-smbios',
      'type=1,manufacturer=ACME,, Inc.,serial=A,,uuid=1',
    ]);
  });

  it('leaves out what is empty, unprintable or no UUID', () => {
    expect(smbiosArgv({ ...none, product: '\u0000\u0007', uuid: 'not set' })).toEqual([]);
  });
});

describe('optionValue', () => {
  it('leaves plain paths alone', () => {
    expect(optionValue('/run/a b.iso')).toBe('/run/a b.iso');
  });
});
