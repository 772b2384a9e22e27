import type { Command } from '../../core/ssh/command.ts';
import { scriptCommand } from './script-command.ts';
import { lookForKernelsScript } from './scripts/kexec.ts';
import { firstLine, linesOf, parseSections, rowsOf, type Sections } from './sections.ts';

/** A boot image; `version` as it says itself: `6.1.0-41-amd64 (builder@host) #1 SMP PREEMPT_DYNAMIC …`. */
interface KernelFile {
  path: string;
  bytes: number;
  version: string;
}

interface InitrdFile {
  path: string;
  bytes: number;
}

/** What the running kernel is and permits, and what could be started in its place. */
export interface KernelLook {
  /** `uname -r`, `uname -v` and `uname -m`. */
  release: string;
  build: string;
  machine: string;
  /** The kernel was built with kexec. */
  support: boolean;
  /** `kexec_load_disabled` is set. */
  disabled: boolean;
  /** Its lockdown, empty where there is none. */
  lockdown: string;
  /** What the next kernel finds its UEFI firmware by: `unmapped` means that it would not. */
  efi: 'none' | 'mapped' | 'unmapped';
  memoryBytes: number;
  /** Of the initrd that it was started with; 0 where it is not told. */
  ramdiskBytes: number;
  /** That very initrd, where the kernel has kept it. */
  retained: InitrdFile | null;
  kernels: KernelFile[];
  initrds: InitrdFile[];
}

/** @param paths boot images to look at beside those of the usual places */
export function lookForKernels(paths: readonly string[]): Command<KernelLook> {
  return scriptCommand({
    script: lookForKernelsScript,
    args: paths,
    timeoutMs: 60_000,
    parse: (output) => parseLook(parseSections(output.stdout)),
  });
}

/** Memory that has to stay free beside both files: they are copied, and the new kernel unpacks them. */
const SPARE_BYTES = 256 * 1024 * 1024;

/** Why this kernel starts no other; null where nothing is known against it. */
export function kernelObstacle(look: KernelLook): string | null {
  if (look.machine !== 'x86_64') return `The rescue kernel is one for ${look.machine}.`;
  if (!look.support) return 'The rescue kernel was built without kexec.';
  if (look.disabled)
    return 'The rescue kernel forbids it (kexec_load_disabled), until it is started anew by other means.';
  if (look.efi === 'unmapped') {
    return 'The rescue kernel does not use the services of its UEFI firmware (noefi, efi=noruntime or the like), and a kernel that it starts would not find that firmware.';
  }
  if (look.lockdown !== '') return `The rescue kernel is locked down (${look.lockdown}) and starts no other.`;
  return null;
}

/** The same kernel: its release and its build, as the running one tells them. */
export function isSameKernel(look: Pick<KernelLook, 'release' | 'build'>, version: string): boolean {
  return look.build !== '' && version.startsWith(`${look.release} `) && version.includes(look.build);
}

/**
 * Kernel and initrd that the rescue system itself was started with, as far as that can be proven; null where it cannot: the initrd is the one
 * that the kernel has kept, or is exactly as large as the one that the boot loader had handed over.
 */
export function ownFiles(look: KernelLook): { kernel: KernelFile; initrd: InitrdFile } | null {
  const kernel = look.kernels.find(({ version }) => isSameKernel(look, version));
  const initrd = look.retained ?? look.initrds.find(({ bytes }) => bytes > 0 && bytes === look.ramdiskBytes) ?? null;
  return kernel && initrd ? { kernel, initrd } : null;
}

/** Null where there is memory enough. */
export function memoryObstacle(look: KernelLook, filesBytes: number): string | null {
  if (look.memoryBytes >= filesBytes + SPARE_BYTES) return null;
  return `Too little memory is free to load kernel and initrd of ${mebi(filesBytes)} MB beside what runs: ${mebi(look.memoryBytes)} MB.`;
}

function mebi(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

function parseLook(sections: Sections): KernelLook {
  const initrdsIn = (name: string) =>
    rowsOf(sections, name).map(([path = '', bytes]) => ({ path, bytes: Number(bytes) || 0 }));
  const memory = /(\d+)/.exec(firstLine(sections, 'memory'))?.[1];
  return {
    release: firstLine(sections, 'release'),
    build: firstLine(sections, 'build'),
    machine: firstLine(sections, 'machine'),
    support: firstLine(sections, 'support') === 'yes',
    disabled: firstLine(sections, 'disabled') === '1',
    lockdown: lockdownIn(firstLine(sections, 'lockdown')),
    efi: efiIn(firstLine(sections, 'efi')),
    memoryBytes: Number(memory ?? 0) * 1024,
    ramdiskBytes: ramdiskBytes(linesOf(sections, 'ramdisk').join(' ')),
    retained: initrdsIn('retained')[0] ?? null,
    kernels: rowsOf(sections, 'kernels').map(([path = '', bytes, version = '']) => ({
      ...{ path, bytes: Number(bytes) || 0, version },
    })),
    initrds: initrdsIn('initrds'),
  };
}

/** `none [integrity] confidentiality`: the one in brackets holds. */
function lockdownIn(text: string): string {
  const mode = /\[(\w+)\]/.exec(text)?.[1] ?? '';
  return mode === 'none' ? '' : mode;
}

function efiIn(word: string): KernelLook['efi'] {
  return word === 'mapped' || word === 'unmapped' ? word : 'none';
}

/** Eight bytes in decimal, the least significant first: lower half, then upper half. */
function ramdiskBytes(text: string): number {
  const bytes = text.trim().split(/\s+/).map(Number);
  return bytes.length === 8 ? bytes.reduce((sum, byte, at) => sum + byte * 256 ** at, 0) : 0;
}
