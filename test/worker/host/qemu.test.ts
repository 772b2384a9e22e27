import { describe, expect, it } from 'vitest';
import type { BlockDisk } from '../../../core/contracts/ladder.ts';
import type { Board, MachineFacts } from '../../../core/contracts/machine-facts.ts';
import type { Plan } from '../../../core/contracts/plan.ts';
import type { VmPlan } from '../../../core/contracts/vm-plan.ts';
import { qemuArgv, type VmInput } from '../../../worker/host/qemu.ts';
import { boardArgv, optionValue, smbiosArgv } from '../../../worker/host/qemu-smbios.ts';

const none = { manufacturer: '', product: '', version: '', serial: '', uuid: '', sku: '', family: '' };
const nothing = { manufacturer: '', product: '', version: '', serial: '', asset: '' };
const noBoard: Board = {
  ...{ bios: { vendor: '', version: '', date: '', release: '' }, baseboard: nothing, chassis: nothing },
  oemStrings: [],
};
const machine: MachineFacts = { qemuMajor: 7, acpiTables: [], board: noBoard, freeHugePagesMb: 0 };
const emulated = { mode: 'emulated' as const, mac: '52:54:00:aa:00:01', address: null };

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
  dir: '/r',
  installId: 'xe-1',
  kvm: true,
  ovmf: { code: '/c.fd', vars: '/v.fd' },
  machine,
};
const block: BlockDisk = {
  ...{ path: '/dev/disk/by-id/nvme-A,B', serial: 'S,1', model: 'INTEL SSD\u0007', sizeBytes: 1e12 },
  ...{ controller: '0000:02:00.0', bus: 'nvme', logicalSectorBytes: 512, physicalSectorBytes: 4096 },
};
const asked: VmPlan = {
  ...{ guest: null, tpm: false, rom: false, secureBoot: false, onReboot: 'stay', serialConsole: null, nicAt: null },
};

/** A command line for another plan; `vm` is what was asked for. */
function argvOf(plan: Partial<Plan>, more: Partial<VmInput> = {}): string[] {
  return qemuArgv({ ...input, ...more, plan: { ...input.plan, ...plan } });
}

function valuesOf(argv: readonly string[], flag: string): string[] {
  return argv.filter((_, index) => argv[index - 1] === flag);
}

const console_ = [
  ...['-display none', '-vga std', '-vnc unix:/r/vnc.sock,share=force-shared,lossy=on,key-delay-ms=1'],
  ...['-qmp unix:/r/qmp.sock,server=on,wait=off', '-qmp unix:/r/qmp-console.sock,server=on,wait=off'],
  '-qmp unix:/r/qmp-events.sock,server=on,wait=off',
  '-chardev socket,id=serial0,path=/r/serial0.sock,server=on,wait=off,logfile=/r/serial0.log,logappend=on',
  '-serial chardev:serial0',
  '-chardev socket,id=serial1,path=/r/serial1.sock,server=on,wait=off,logfile=/r/serial1.log,logappend=on',
  '-serial chardev:serial1',
  ...['-device qemu-xhci,id=usb,bus=pcie.0,addr=0x2', '-device usb-tablet,bus=usb.0'],
];
const cd = [
  '-drive if=none,id=cdrom0,media=cdrom,readonly=on,format=raw,file=/run/xepa/i.iso',
  '-device ide-cd,drive=cdrom0,bus=ide.0,id=cd,bootindex=1',
];
const ending = [
  '-chardev null,id=events,logfile=/r/events.log,logappend=on',
  '-mon chardev=events,mode=control',
  '-no-shutdown',
  ...['-pidfile /r/qemu.pid', '-daemonize'],
];
const sleepless = ['-global ICH9-LPC.disable_s3=1', '-global ICH9-LPC.disable_s4=1'];
const ports = [
  '-device pcie-root-port,id=port1,bus=pcie.0,addr=0x3,chassis=1,slot=1,hotplug=off',
  '-device pcie-root-port,id=port2,bus=pcie.0,addr=0x4,chassis=2,slot=2,hotplug=off',
];

/** Options with their values, a line each. */
function linesOf(argv: readonly string[]): string[] {
  const starts = argv.flatMap((word, index) => (index === 0 || word.startsWith('-') ? [index] : []));
  return starts.map((start, index) => argv.slice(start, starts[index + 1]).join(' '));
}

describe('the whole command line', () => {
  it('of a BIOS server whose disk and port are passed through', () => {
    expect(linesOf(qemuArgv(input))).toEqual([
      'qemu-system-x86_64',
      ...['-name xepa-xe-1', '-no-user-config', '-nodefaults', '-machine q35', '-accel kvm'],
      ...['-cpu host,migratable=off,host-phys-bits=on', '-m 2048M', '-overcommit mem-lock=on'],
      ...['-smp 3,sockets=1,cores=3,threads=1', '-rtc base=utc'],
      ...[...sleepless, ...console_, ...ports],
      '-device vfio-pci,host=0000:02:00.0,id=disk0,bus=port2,addr=0x0,rombar=0,bootindex=2',
      '-device vfio-pci,host=0000:01:00.0,id=nic1,bus=port1,addr=0x0,rombar=0',
      ...[...cd, ...ending],
    ]);
  });

  it('of a UEFI server in emulation, with a disk of the rescue system and an emulated port', () => {
    const plan: Partial<Plan> = { firmware: 'uefi', accel: 'tcg', cpus: 1, passed: [], nic: emulated, block };
    expect(linesOf(argvOf(plan))).toEqual([
      'qemu-system-x86_64',
      ...['-name xepa-xe-1', '-no-user-config', '-nodefaults', '-machine q35', '-accel tcg', '-cpu max', '-m 2048M'],
      ...['-smp 1,sockets=1,cores=1,threads=1', '-rtc base=utc', ...sleepless],
      '-drive if=pflash,format=raw,unit=0,readonly=on,file=/c.fd',
      '-drive if=pflash,format=raw,unit=1,file=/r/vars.fd',
      ...[...console_, ...ports],
      '-drive if=none,id=target,format=raw,file=/dev/disk/by-id/nvme-A,,B,cache=none,aio=threads,discard=unmap,detect-zeroes=off',
      '-device nvme,drive=target,id=disk0,bus=port2,addr=0x0,serial=S,,1,logical_block_size=512,physical_block_size=4096,bootindex=2',
      '-netdev user,id=net0',
      '-device e1000e,netdev=net0,id=nic1,mac=52:54:00:aa:00:01,bus=port1,addr=0x0,romfile=',
      ...[...cd, ...ending],
    ]);
  });

  it('of Windows 11 on a server with Secure Boot, licence tables, free huge pages and a chipset port', () => {
    const board = { ...noBoard, bios: { vendor: 'AMI', version: '1.2', date: '01/02/2024', release: '5.27' } };
    const plan: Partial<Plan> = {
      firmware: 'uefi',
      passed: [{ address: '0000:00:1f.6', group: 5, purpose: 'nic', label: 'eth1', driver: 'e1000e' }],
      block: { ...block, bus: 'ahci', controller: '0000:00:17.0' },
      vm: { ...asked, guest: 'windows', tpm: true, rom: true, secureBoot: true, onReboot: 'finish' },
    };
    const argv = argvOf(plan, {
      ovmf: { code: '/c.qcow2', vars: '/v.qcow2', format: 'qcow2', smm: true, secureBoot: true },
      machine: { ...machine, acpiTables: ['SLIC', 'MSDM'], board, freeHugePagesMb: 2048 },
      ...{ guest: 'windows', hyperv: 'hv-relaxed,hv-time' },
    });
    expect(linesOf(argv)).toEqual([
      'qemu-system-x86_64',
      ...['-name xepa-xe-1', '-no-user-config', '-nodefaults', '-machine q35,smm=on,memory-backend=ram', '-accel kvm'],
      ...['-cpu host,migratable=off,host-phys-bits=on,hv-relaxed,hv-time', '-m 2048M'],
      '-object memory-backend-memfd,id=ram,size=2048M,hugetlb=on,hugetlbsize=2M,prealloc=on',
      ...['-overcommit mem-lock=on', '-smp 3,sockets=1,cores=3,threads=1', '-rtc base=localtime', ...sleepless],
      '-global driver=cfi.pflash01,property=secure,value=on',
      '-drive if=pflash,format=qcow2,unit=0,readonly=on,file=/c.qcow2',
      '-drive if=pflash,format=qcow2,unit=1,file=/r/vars.fd',
      '-smbios type=0,vendor=AMI,version=1.2,date=01/02/2024,release=5.27,uefi=on',
      ...['-acpitable file=/r/acpi-SLIC', '-acpitable file=/r/acpi-MSDM'],
      ...['-chardev socket,id=tpm,path=/r/tpm.sock', '-tpmdev emulator,id=tpm0,chardev=tpm'],
      ...['-device tpm-crb,tpmdev=tpm0', ...console_],
      '-device vfio-pci,host=0000:00:1f.6,id=nic0,bus=pcie.0,addr=0x1f.6',
      '-drive if=none,id=target,format=raw,file=/dev/disk/by-id/nvme-A,,B,cache=none,aio=threads,discard=unmap,detect-zeroes=off',
      '-device ich9-ahci,id=sata,bus=pcie.0,addr=0x17',
      '-device ide-hd,drive=target,id=disk1,bus=sata.0,model=INTEL SSD,serial=S,,1,logical_block_size=512,physical_block_size=4096,bootindex=2',
      ...[...cd, ...ending],
    ]);
  });

  it('of a plan from before the VM was written down is still one', () => {
    expect(argvOf({ vm: asked }, { machine: undefined })).toEqual(argvOf({}, { machine: undefined }));
  });
});

describe('qemuArgv', () => {
  const argv = qemuArgv(input);

  it('keeps the rest of a group out of the VM', () => {
    expect(argv.join(' ')).not.toContain('0000:00:1f.3');
  });

  it('puts an emulated port where the one is that it stands for', () => {
    const nics = (nicAt: string | null) =>
      argvOf({ passed: [], nic: emulated, vm: { ...asked, nicAt } }).filter((value) => value.startsWith('e1000e'));
    expect(nics('0000:00:1f.6')).toEqual([expect.stringContaining(',bus=pcie.0,addr=0x1f.6,')]);
    expect(nics(null)).toEqual([expect.stringContaining(',bus=port1,addr=0x0,')]);
  });

  it('never makes a real device the screen', () => {
    expect(argv.join(' ')).not.toContain('x-vga');
  });

  it('has an empty drive behind the disk where there is no ISO', () => {
    const empty = qemuArgv({ ...input, isoPath: null });
    expect(valuesOf(empty, '-drive')).toContain('if=none,id=cdrom0,media=cdrom,readonly=on');
    expect(valuesOf(empty, '-device')).toContain('ide-cd,drive=cdrom0,bus=ide.0,id=cd,bootindex=9');
  });

  it('has neither a keymap nor a USB keyboard, which lose keys', () => {
    expect(argv).not.toContain('-k');
    expect(argv.join(' ')).not.toContain('usb-kbd');
  });

  it('has no other network when a real port is passed', () => {
    expect(argv).not.toContain('-netdev');
  });

  it('emulates the processor where KVM cannot be used, without what only KVM has', () => {
    const slow = argvOf({}, { kvm: false });
    expect(valuesOf(slow, '-accel')).toEqual(['tcg']);
    expect(valuesOf(slow, '-cpu')).toEqual(['max']);
  });

  it('adds machine and processor options only when asked to', () => {
    const special = argvOf({}, { options: { extraMachine: 'kernel-irqchip=off', cpuOptions: 'kvm-asyncpf=off' } });
    expect(valuesOf(special, '-machine')).toEqual(['q35,kernel-irqchip=off']);
    expect(valuesOf(special, '-cpu')).toEqual(['host,migratable=off,host-phys-bits=on,kvm-asyncpf=off']);
  });

  it('takes huge pages only where all of the memory fits into free ones', () => {
    expect(argvOf({}, { machine: { ...machine, freeHugePagesMb: 2046 } })).not.toContain('-object');
    expect(argvOf({}, { machine: { ...machine, freeHugePagesMb: 4096 } })).toContain('-object');
  });

  it('lets an old QEMU stop at the very first reboot, where a newer one is told while it runs', () => {
    const vm: VmPlan = { ...asked, onReboot: 'finish' };
    expect(argvOf({ vm }, { machine: { ...machine, qemuMajor: 5 } })).toContain('-no-reboot');
    expect(argvOf({ vm }, { machine: { ...machine, qemuMajor: null } })).not.toContain('-no-reboot');
    expect(argvOf({ vm: asked }, { machine: { ...machine, qemuMajor: 5 } })).not.toContain('-no-reboot');
  });

  it('gives a guest with BIOS the TPM at the place where its firmware looks', () => {
    expect(argvOf({ vm: { ...asked, tpm: true } })).toContain('tpm-tis,tpmdev=tpm0');
  });

  it('boots a kernel past every boot loader', () => {
    const kernel = { kernel: '/k', initrd: '/i', append: 'auto=true console=ttyS1,115200' };
    const booted = qemuArgv({ ...input, kernel });
    expect([...valuesOf(booted, '-kernel'), ...valuesOf(booted, '-initrd'), ...valuesOf(booted, '-append')]).toEqual([
      ...['/k', '/i', 'auto=true console=ttyS1,115200'],
    ]);
    expect(argv).not.toContain('-kernel');
  });

  it('puts further images into drives of their own that do not boot', () => {
    const more = valuesOf(argvOf({}, { options: { extraCds: ['/drivers,1.iso'] } }), '-device');
    expect(more.filter((device) => device.startsWith('ide-cd'))).toHaveLength(2);
    expect(more).toContain('ide-cd,drive=cdrom1,bus=ide.1,id=cd1');
  });
});

describe('the strings of the board', () => {
  it('double their commas, so that none becomes an option', () => {
    expect(smbiosArgv({ ...none, manufacturer: 'ACME, Inc.', serial: 'A,uuid=1' })).toEqual([
      '-smbios',
      'type=1,manufacturer=ACME,, Inc.,serial=A,,uuid=1',
    ]);
    expect(boardArgv({ ...noBoard, oemStrings: ['a,b', '\u0001', 'c'] }, 'bios')).toEqual([
      '-smbios',
      'type=11,value=a,,b,value=c',
    ]);
  });

  it('are left out where they are empty, unprintable or no UUID', () => {
    expect(smbiosArgv({ ...none, product: '\u0000\u0007', uuid: 'not set' })).toEqual([]);
    expect(boardArgv(noBoard, 'uefi')).toEqual([]);
  });

  it('tell of firmware, board and chassis too', () => {
    const board: Board = {
      bios: { vendor: 'Dell Inc.', version: '2.1', date: '', release: 'odd' },
      baseboard: { manufacturer: 'Dell Inc.', product: '0H', version: 'A01', serial: '.S.', asset: 'x' },
      chassis: { manufacturer: 'Dell Inc.', version: '', serial: 'S', asset: '' },
      oemStrings: [],
    };
    expect(boardArgv(board, 'bios')).toEqual([
      ...['-smbios', 'type=0,vendor=Dell Inc.,version=2.1'],
      ...['-smbios', 'type=2,manufacturer=Dell Inc.,product=0H,version=A01,serial=.S.,asset=x'],
      ...['-smbios', 'type=3,manufacturer=Dell Inc.,serial=S'],
    ]);
  });
});

describe('optionValue', () => {
  it('leaves plain paths alone', () => {
    expect(optionValue('/run/a b.iso')).toBe('/run/a b.iso');
  });
});
