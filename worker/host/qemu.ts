import { bootIndex, cdDeviceId } from '../../core/contracts/cd-drive.ts';
import type { MachineFacts } from '../../core/contracts/machine-facts.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import type { Smbios } from '../../core/contracts/survey.ts';
import { vmPlanOf } from '../../core/contracts/vm-plan.ts';
import type { GuestKind } from '../../core/contracts/vm-wish.ts';
import { doorOptions } from './iso-door.ts';
import type { Ovmf } from './ovmf.ts';
import { acpiArgv, firmwareArgv, tpmArgv } from './qemu-firmware.ts';
import { hardwareArgv } from './qemu-hardware.ts';
import { hugeMemory, memoryArgv, takesHugePages } from './qemu-memory.ts';
import { clockArgv, cpuValue, smpArgv } from './qemu-processor.ts';
import { boardArgv, optionValue, smbiosArgv } from './qemu-smbios.ts';
import { type VmPaths, vmPaths } from './vm-paths.ts';

/** Milliseconds between two key events that QEMU feeds to the guest; a viewer that types faster than this by far loses keys. */
export const keyDelayMs = 1;

/** With this version QEMU began to take back at run time what a reboot means (`set-action`). */
const setsActionSince = 6;

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
  /**
   * Path of the ISO on the server, or the address of what serves it there (host/iso-door.ts); null where the drive is empty, and
   * the VM starts from its disk.
   */
  isoPath: string | null;
  dir: string;
  installId: string;
  /** Kernel and initrd that are booted past every boot loader, with their command line. */
  kernel?: { kernel: string; initrd: string; append: string } | undefined;
  /** /dev/kvm can be opened; without it even a plan for KVM runs in emulation. */
  kvm: boolean;
  /** Needed for UEFI. */
  ovmf: Ovmf | null;
  /** What was read once QEMU was there; absent in records from before. */
  machine?: MachineFacts | undefined;
  /** Where it is not said: none of which the VM minds. */
  guest?: GuestKind | undefined;
  /** Hyper-V's help, as far as this QEMU and this kernel have it: see `hypervLadder`. */
  hyperv?: string | undefined;
  options?: QemuOptions | undefined;
}

/**
 * The QEMU command line. The guest's power-off leaves QEMU there in the state `shutdown` (`-no-shutdown`), so that any worker can
 * read at any time how it ended, and then says `quit`; a guest's reboot is a reboot. The CD is first for the first boot:
 * put it last once after the start (core/cd-order.ts), and every later boot tries the disk first, so an installer that reboots does not loop.
 */
export function qemuArgv(input: VmInput): string[] {
  const { plan, installId, machine, guest = 'linux', options = {} } = input;
  const paths = vmPaths(input.dir);
  const kvm = mayUseKvm(input);
  return [
    'qemu-system-x86_64',
    ...['-name', `xepa-${optionValue(installId)}`, '-no-user-config', '-nodefaults'],
    ...['-machine', machineValue(input), '-accel', kvm ? 'kvm' : 'tcg'],
    ...['-cpu', cpuValue({ kvm, hyperv: input.hyperv ?? '', more: options.cpuOptions })],
    ...[...memoryArgv(plan, machine), ...smpArgv(plan.cpus), ...clockArgv(guest)],
    ...firmwareArgv(plan, input.ovmf, paths),
    ...[...smbiosArgv(input.smbios), ...(machine ? boardArgv(machine.board, plan.firmware) : [])],
    ...acpiArgv(machine?.acpiTables ?? [], input.dir),
    ...(vmPlanOf(plan).tpm ? tpmArgv(plan.firmware, paths) : []),
    ...consoleArgv(paths),
    ...hardwareArgv(plan),
    ...cdArgv([input.isoPath, ...(options.extraCds ?? [])]),
    ...kernelArgv(input),
    ...endArgv(input),
    ...['-pidfile', paths.pidFile, '-daemonize'],
  ];
}

/** Told by QEMU at every reset anew: a reboot of the guest has to be its end, which the plan sees to. */
function kernelArgv({ kernel }: VmInput): string[] {
  return kernel ? ['-kernel', kernel.kernel, '-initrd', kernel.initrd, '-append', kernel.append] : [];
}

/** The plan was for KVM, and it is there. */
export function mayUseKvm({ plan, kvm }: Pick<VmInput, 'plan' | 'kvm'>): boolean {
  return plan.accel === 'kvm' && kvm;
}

/** True where it can be said while the VM runs what a reboot of its guest means. Where nobody knows, it is taken to be. */
export function setsAction(machine: MachineFacts | undefined): boolean {
  return (machine?.qemuMajor ?? setsActionSince) >= setsActionSince;
}

function machineValue({ plan, ovmf, machine, options = {} }: VmInput): string {
  return [
    'q35',
    ...(plan.firmware === 'uefi' && ovmf?.smm ? ['smm=on'] : []),
    ...(takesHugePages(plan, machine) ? [`memory-backend=${hugeMemory}`] : []),
    ...(options.extraMachine ? [options.extraMachine] : []),
  ].join(',');
}

/**
 * What became of the guest can be read at any time: that it has ended is a state, how often it rebooted stands in a log
 * of QEMU's own, which nobody needs to listen to. Who listens all the same need not wait for a look.
 */
function endArgv({ plan, dir, machine }: VmInput): string[] {
  const events = `null,id=events,logfile=${optionValue(vmPaths(dir).events)},logappend=on`;
  const lastReboot = vmPlanOf(plan).onReboot === 'finish' && !setsAction(machine);
  return [
    ...['-chardev', events, '-mon', 'chardev=events,mode=control'],
    ...['-no-shutdown', ...(lastReboot ? ['-no-reboot'] : [])],
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
    ...['-qmp', `unix:${optionValue(paths.qmpEvents)},server=on,wait=off`],
    ...serial,
    ...['-device', 'qemu-xhci,id=usb,bus=pcie.0,addr=0x2', '-device', 'usb-tablet,bus=usb.0'],
  ];
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
  return image === null ? '' : `,format=raw,file=${optionValue(image)}${doorOptions(image)}`;
}

function firstDrive(image: string | null): string {
  return `id=${cdDeviceId},bootindex=${image === null ? bootIndex.cdLast : bootIndex.cdFirst}`;
}
