import { OVMF_CODE } from '../paths.ts';
import { type BootTarget, diskSerial, lifelineMac, type MachineSpec, passthroughMac } from './spec.ts';

export type Acceleration = 'kvm' | 'tcg';

export interface MachineFiles {
  disk: string;
  /** Variable store of a UEFI machine: it survives resets, as on a real board. */
  vars: string;
  /** Log of the second serial port. */
  serial2: string;
  vmlinux: string;
  bzImage: string;
  rescueInitrd: string;
}

export interface BootOptions {
  target: BootTarget;
  acceleration: Acceleration;
  files: MachineFiles;
}

/** Descriptor on which QEMU finds its end of the QMP connection. */
export const QMP_FD = 3;

/** Arguments of the QEMU process that is this server. The first serial port is its standard output, QMP is {@link QMP_FD}. */
export function machineArgv(spec: MachineSpec, options: BootOptions): string[] {
  return [
    ...[
      '-nodefaults',
      '-no-user-config',
      '-display',
      'none',
      '-no-reboot',
      '-name',
      `${spec.hostname},process=${spec.hostname}`,
    ],
    ...['-chardev', `socket,id=qmp,fd=${QMP_FD}`, '-mon', 'chardev=qmp,mode=control'],
    ...['-chardev', 'stdio,id=com1,signal=off', '-serial', 'chardev:com1', '-serial', `file:${options.files.serial2}`],
    ...board(spec, options.acceleration),
    ...smbios(spec),
    ...firmware(spec, options.files),
    ...(options.target === 'rescue' ? rescueKernel(spec, options.files) : []),
    ...bridges[spec.groups].flatMap((bridge) => ['-device', bridge]),
    ...lifeline(spec),
    ...['-netdev', 'user,id=passthrough,restrict=on'],
    ...['-device', `e1000e,netdev=passthrough,mac=${passthroughMac(spec.number)},romfile=,${placeOf(spec, 'spare')}`],
    ...['-device', 'VGA'],
    ...disk(spec, options.files),
  ];
}

const bridges: Readonly<Record<MachineSpec['groups'], readonly string[]>> = {
  apart: [
    'pcie-root-port,id=rp1,chassis=1,slot=1,bus=pcie.0,addr=0x4',
    'pcie-root-port,id=rp2,chassis=2,slot=2,bus=pcie.0,addr=0x5',
  ],
  together: ['pcie-pci-bridge,id=pci,bus=pcie.0,addr=0x4'],
};

const places = {
  apart: { lifeline: 'bus=pcie.0,addr=0x3', spare: 'bus=rp1', disk: 'bus=rp2' },
  together: { lifeline: 'bus=pci,addr=0x1', spare: 'bus=pci,addr=0x2', disk: 'bus=pci,addr=0x3' },
} as const;

function placeOf(spec: MachineSpec, device: 'lifeline' | 'spare' | 'disk'): string {
  return places[spec.groups][device];
}

// With emulation, `-cpu max` has AMD's SVM, so that the rescue system has a working /dev/kvm of its own.
function board(spec: MachineSpec, acceleration: Acceleration): string[] {
  const kvm = acceleration === 'kvm';
  return [
    ...['-machine', kvm ? 'q35,kernel-irqchip=split' : 'q35', '-accel', acceleration, '-cpu', kvm ? 'host' : 'max'],
    ...['-m', String(spec.memoryMib), '-smp', String(spec.cores), '-device', 'intel-iommu,intremap=on'],
  ];
}

function smbios(spec: MachineSpec): string[] {
  const serial = `LAB${String(spec.number).padStart(5, '0')}`;
  return [
    ...['-smbios', `type=1,manufacturer=XEPA,product=Lab Server,version=1,serial=${serial},uuid=${spec.id}`],
    ...['-smbios', `type=2,manufacturer=XEPA,product=Lab Board,serial=${serial}B`],
    ...['-smbios', `type=3,manufacturer=XEPA,serial=${serial}C`],
  ];
}

function firmware(spec: MachineSpec, files: MachineFiles): string[] {
  if (spec.firmware === 'bios') return [];
  return [
    ...['-drive', `if=pflash,format=raw,readonly=on,file=${OVMF_CODE}`],
    ...['-drive', `if=pflash,format=raw,file=${files.vars}`],
  ];
}

// Emulated nested virtualization now and then loses a timer interrupt. A one-shot timer would then never fire again, and
// the machine would stand still ("rcu_preempt kthread timer wakeup didn't happen"); a periodic one fires again.
const PERIODIC_TICK = 'nohz=off highres=off';

// Under BIOS the ELF kernel needs no decompression; under UEFI the kernel must have an EFI stub, or it would not know its firmware.
function rescueKernel(spec: MachineSpec, files: MachineFiles): string[] {
  const kernel = spec.firmware === 'uefi' ? files.bzImage : files.vmlinux;
  const iommu = ` intel_iommu=${spec.iommu}`;
  const stack = spec.stack === 'none' ? '' : ` lab.stack=${spec.stack}`;
  return [
    '-kernel',
    kernel,
    '-initrd',
    files.rescueInitrd,
    '-append',
    `console=ttyS0 quiet packet_action=rescue${iommu}${stack} ${PERIODIC_TICK}`,
  ];
}

// "-cmd:" starts one socat per connection; QEMU's "-tcp:" form would connect once, at start-up, and share that.
function lifeline(spec: MachineSpec): string[] {
  const doors = [{ guestPort: 80, hostPort: spec.sitePort }, ...spec.guestForwards].map(
    ({ guestPort, hostPort }) => `guestfwd=tcp:10.0.2.100:${guestPort}-cmd:socat STDIO TCP4:127.0.0.1:${hostPort}`,
  );
  const ssh = `hostfwd=tcp:${spec.address}:${spec.sshPort}-:22`;
  return [
    ...['-netdev', ['user,id=lifeline,restrict=on', ssh, ...doors].join(',')],
    ...[
      '-device',
      `virtio-net-pci,netdev=lifeline,mac=${lifelineMac(spec.number)},romfile=,${placeOf(spec, 'lifeline')}`,
    ],
  ];
}

function disk(spec: MachineSpec, files: MachineFiles): string[] {
  const drive = ['-drive', `if=none,id=disk,format=raw,file=${files.disk},cache=unsafe,discard=unmap`];
  const serial = diskSerial(spec);
  const place = placeOf(spec, 'disk');
  if (spec.disk === 'nvme') return [...drive, '-device', `nvme,drive=disk,serial=${serial},${place},bootindex=1`];
  return [
    ...[...drive, '-device', `ahci,id=sata,${place}`],
    ...['-device', `ide-hd,drive=disk,bus=sata.0,serial=${serial},bootindex=1`],
  ];
}
