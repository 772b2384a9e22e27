import { bootIndex, cdDeviceId } from '../../core/contracts/cd-drive.ts';
import type { BlockDisk } from '../../core/contracts/ladder.ts';
import type { PassedDevice, Plan } from '../../core/contracts/plan.ts';
import type { Smbios } from '../../core/contracts/survey.ts';
import type { Ovmf } from './ovmf.ts';
import { optionValue, printable, smbiosArgv } from './qemu-smbios.ts';
import { type VmPaths, vmPaths } from './vm-paths.ts';

/** Milliseconds between two key events that QEMU feeds to the guest; a viewer that types faster than this by far loses keys. */
export const keyDelayMs = 1;

export interface QemuOptions {
  /**
   * Appended to `-machine q35`. For surroundings whose own virtualization is emulated: there `kernel-irqchip=off` avoids a bug
   * of the outer emulator with guests that write CR8, as OVMF does. Not for real servers.
   */
  extraMachine?: string | undefined;
  /** Appended to `-cpu host`, for the same surroundings: without the KVM paravirtual features that need the kernel's irqchip. */
  cpuOptions?: string | undefined;
  /** Further read-only images, each in a CD-ROM drive of its own: drivers, answer files. At most four. */
  extraCds?: readonly string[] | undefined;
}

export interface VmInput {
  plan: Plan;
  smbios: Smbios;
  /** Path of the ISO on the server; null where the drive is empty, and the VM starts from its disk. */
  isoPath: string | null;
  dir: string;
  installId: string;
  /** /dev/kvm can be opened; without it even a plan for KVM runs in emulation. */
  kvm: boolean;
  /** Needed for UEFI. */
  ovmf: Ovmf | null;
  options?: QemuOptions | undefined;
}

/**
 * The QEMU command line. The guest's power-off leaves QEMU there in the state `shutdown` (`-no-shutdown`), so that any worker can
 * read at any time how it ended, and then says `quit`; a guest's reboot is a reboot. The CD is first for the first boot:
 * put it last once after the start (core/cd-order.ts), and every later boot tries the disk first, so an installer that reboots does not loop.
 */
export function qemuArgv(input: VmInput): string[] {
  const { plan, installId, options = {} } = input;
  const paths = vmPaths(input.dir);
  const kvm = plan.accel === 'kvm' && input.kvm;
  return [
    'qemu-system-x86_64',
    ...['-name', `xepa-${optionValue(installId)}`, '-no-user-config', '-nodefaults'],
    ...['-machine', joined('q35', options.extraMachine), '-accel', kvm ? 'kvm' : 'tcg'],
    ...['-cpu', joined(kvm ? 'host' : 'max', options.cpuOptions)],
    ...['-m', `${plan.memoryMb}M`, '-smp', `${plan.cpus},sockets=1`, '-rtc', 'base=utc'],
    ...firmwareArgv(input, paths),
    ...smbiosArgv(input.smbios),
    ...consoleArgv(paths),
    ...hardwareArgv(plan),
    ...cdArgv([input.isoPath, ...(options.extraCds ?? [])]),
    ...['-no-shutdown', '-pidfile', paths.pidFile, '-daemonize'],
  ];
}

function joined(first: string, more: string | undefined): string {
  return more ? `${first},${more}` : first;
}

/** SeaBIOS needs nothing. Sleep states are off: a sleeping guest looks like a dead one. */
function firmwareArgv({ plan, ovmf }: VmInput, paths: VmPaths): string[] {
  const sleep = ['-global', 'ICH9-LPC.disable_s3=1', '-global', 'ICH9-LPC.disable_s4=1'];
  if (plan.firmware === 'bios' || !ovmf) return sleep;
  const flash = 'if=pflash,format=raw';
  return [
    ...sleep,
    ...['-drive', `${flash},unit=0,readonly=on,file=${optionValue(ovmf.code)}`],
    ...['-drive', `${flash},unit=1,file=${optionValue(paths.vars)}`],
  ];
}

/**
 * No `-k` and no USB keyboard: scancodes of the viewer go to the PS/2 keyboard, the only one that firmware never loses keys of.
 * Serial output is kept from the first line on, whether somebody is connected or not.
 */
function consoleArgv(paths: VmPaths): string[] {
  const serial = paths.serial.flatMap((path, index) => [
    ...[
      '-chardev',
      `socket,id=serial${index},path=${optionValue(path)},server=on,wait=off,logfile=${optionValue(paths.serialLogs[index] ?? '')},logappend=on`,
    ],
    ...['-serial', `chardev:serial${index}`],
  ]);
  return [
    ...['-display', 'none', '-vga', 'std'],
    ...['-vnc', `unix:${optionValue(paths.vnc)},share=force-shared,lossy=on,key-delay-ms=${keyDelayMs}`],
    ...['-qmp', `unix:${optionValue(paths.qmp)},server=on,wait=off`],
    ...['-qmp', `unix:${optionValue(paths.qmpConsole)},server=on,wait=off`],
    ...serial,
    ...['-device', 'qemu-xhci,id=usb', '-device', 'usb-tablet,bus=usb.0'],
  ];
}

/** Every real device sits behind a root port of its own, without its option ROM: those hang guest firmware. */
function hardwareArgv(plan: Plan): string[] {
  const given = plan.passed.filter(({ purpose }) => purpose !== 'group-member');
  const devices = given.flatMap((device, index) => [
    ...rootPort(index),
    ...[
      '-device',
      `vfio-pci,host=${device.address},id=${deviceId(device, index)},bus=port${index},rombar=0${placeInOrder(device)}`,
    ],
  ]);
  const block = plan.block ? blockArgv(plan.block, given.length) : [];
  if (plan.nic.mode === 'passthrough') return [...devices, ...block];
  const port = given.length + (plan.block ? 1 : 0);
  return [
    ...devices,
    ...block,
    ...rootPort(port),
    ...['-netdev', 'user,id=net0'],
    ...['-device', `e1000e,netdev=net0,id=nic${port},mac=${plan.nic.mac},bus=port${port},romfile=`],
  ];
}

/**
 * A disk that the rescue kernel drives, as a disk of its own kind with the same serial and sectors. Past the page cache, so
 * that what the guest flushes is on the disk; zeroes are written as zeroes, and what the guest discards is discarded.
 * As a snapshot QEMU opens the disk read-only, and keeps what is written in a temporary file under TMPDIR.
 */
function blockArgv(disk: BlockDisk, port: number): string[] {
  const serial = optionValue(disk.serial);
  const snapshot = disk.scratchMb === undefined ? '' : ',snapshot=on';
  const common = `drive=target,id=disk${port},bus=port${port}`;
  const sectors = `logical_block_size=${disk.logicalSectorBytes},physical_block_size=${disk.physicalSectorBytes}`;
  const drive = `if=none,id=target,format=raw,file=${optionValue(disk.path)},cache=none,aio=threads,discard=unmap,detect-zeroes=off${snapshot}`;
  const rest = `serial=${serial},${sectors},bootindex=${bootIndex.disk}`;
  if (disk.bus === 'nvme') return ['-drive', drive, ...rootPort(port), '-device', `nvme,${common},${rest}`];
  const model = printable(disk.model).slice(0, 40);
  const sata = `drive=target,id=disk${port},bus=sata.0,${model === '' ? '' : `model=${optionValue(model)},`}${rest}`;
  return [
    '-drive',
    drive,
    ...rootPort(port),
    '-device',
    `ich9-ahci,id=sata,bus=port${port}`,
    '-device',
    `ide-hd,${sata}`,
  ];
}

function rootPort(index: number): string[] {
  return ['-device', `pcie-root-port,id=port${index},chassis=${index + 1},slot=${index + 1}`];
}

function deviceId(device: PassedDevice, index: number): string {
  return `${device.purpose}${index}`;
}

function placeInOrder(device: PassedDevice): string {
  return device.purpose === 'disk' ? `,bootindex=${bootIndex.disk}` : '';
}

function cdArgv(images: readonly (string | null)[]): string[] {
  return images.flatMap((image, index) => [
    ...['-drive', `if=none,id=cdrom${index},media=cdrom,readonly=on${fileOf(image)}`],
    ...[
      '-device',
      `ide-cd,drive=cdrom${index},bus=ide.${index},${index === 0 ? firstDrive(image) : `id=${cdDeviceId}${index}`}`,
    ],
  ]);
}

/** A drive without a file is an empty one. */
function fileOf(image: string | null): string {
  return image === null ? '' : `,format=raw,file=${optionValue(image)}`;
}

function firstDrive(image: string | null): string {
  return `id=${cdDeviceId},bootindex=${image === null ? bootIndex.cdLast : bootIndex.cdFirst}`;
}
