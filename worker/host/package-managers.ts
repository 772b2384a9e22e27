import type { Survey } from '../../core/contracts/survey.ts';
import {
  apkFunctions,
  aptFunctions,
  dnfFunctions,
  pacmanFunctions,
  zypperFunctions,
} from './scripts/package-managers.ts';

/**
 * What a rescue system may lack. The first three must be there; the others are for who asks for them: a software TPM, what
 * serves an ISO that is still arriving, what starts the kernel anew, and whom a curl that is added trusts.
 */
export const needs = ['qemu', 'ovmf', 'curl', 'swtpm', 'nbdkit', 'kexec', 'certificates'] as const;
export type Need = (typeof needs)[number];

/** A package manager as we know it. A row of this table is all that a new one takes, and its functions. */
export interface PackageManager {
  /** The program that shows that it is there. */
  tool: string;
  /** Distributions by their ID in os-release; others are told by the tool. */
  ids: readonly string[];
  /** In words, for documents. */
  systems: string;
  /** Names of the package, best first, since releases differ; none where QEMU's own package brings it. */
  names: Readonly<Record<Need, readonly string[]>>;
  /** Shell functions; see scripts/package-managers.ts. */
  functions: string;
}

export const packageManagers: readonly PackageManager[] = [
  {
    tool: 'apk',
    ids: ['alpine'],
    systems: 'Alpine Linux',
    names: {
      qemu: ['qemu-system-x86_64'],
      ovmf: ['ovmf'],
      curl: ['curl'],
      swtpm: ['swtpm'],
      nbdkit: ['nbdkit'],
      kexec: ['kexec-tools'],
      certificates: ['ca-certificates-bundle'],
    },
    functions: apkFunctions,
  },
  {
    tool: 'apt-get',
    ids: ['debian', 'ubuntu', 'grml', 'kali', 'linuxmint'],
    systems: 'Debian, Ubuntu and what is made of them (Grml)',
    names: {
      qemu: ['qemu-system-x86'],
      ovmf: ['ovmf'],
      curl: ['curl'],
      swtpm: ['swtpm'],
      nbdkit: ['nbdkit'],
      kexec: ['kexec-tools'],
      certificates: ['ca-certificates'],
    },
    functions: aptFunctions,
  },
  {
    tool: 'dnf',
    ids: ['fedora', 'rhel', 'centos', 'almalinux', 'rocky', 'ol'],
    systems: 'Fedora, RHEL, AlmaLinux, Rocky Linux, CentOS Stream',
    names: {
      qemu: ['qemu-system-x86-core', 'qemu-kvm-core', 'qemu-kvm'],
      ovmf: ['edk2-ovmf'],
      curl: ['curl', 'curl-minimal'],
      swtpm: ['swtpm'],
      nbdkit: ['nbdkit'],
      kexec: ['kexec-tools'],
      certificates: ['ca-certificates'],
    },
    functions: dnfFunctions('dnf'),
  },
  {
    tool: 'yum',
    ids: [],
    systems: 'CentOS and RHEL 7, Amazon Linux 2',
    names: {
      qemu: ['qemu-kvm'],
      ovmf: ['edk2-ovmf', 'OVMF'],
      curl: ['curl'],
      swtpm: ['swtpm'],
      nbdkit: [],
      kexec: ['kexec-tools'],
      certificates: ['ca-certificates'],
    },
    functions: dnfFunctions('yum'),
  },
  {
    tool: 'zypper',
    ids: ['opensuse-leap', 'opensuse-tumbleweed', 'sles'],
    systems: 'openSUSE, SLES',
    names: {
      qemu: ['qemu-x86'],
      ovmf: ['qemu-ovmf-x86_64'],
      curl: ['curl'],
      swtpm: ['swtpm'],
      nbdkit: ['nbdkit'],
      kexec: ['kexec-tools'],
      certificates: ['ca-certificates-mozilla'],
    },
    functions: zypperFunctions,
  },
  {
    tool: 'pacman',
    ids: ['arch', 'systemrescue', 'manjaro'],
    systems: 'Arch Linux, SystemRescue',
    names: {
      qemu: ['qemu-system-x86', 'qemu-headless'],
      ovmf: ['edk2-ovmf'],
      curl: ['curl'],
      swtpm: ['swtpm'],
      nbdkit: ['nbdkit'],
      kexec: ['kexec-tools'],
      certificates: ['ca-certificates'],
    },
    functions: pacmanFunctions,
  },
];

/** The manager of the distribution, if its program is there; else the first whose program is. */
export function packageManagerOf(
  survey: Pick<Survey, 'tools'> & { os?: Pick<Survey['os'], 'id'> },
): PackageManager | undefined {
  const there = packageManagers.filter(({ tool }) => survey.tools.includes(tool));
  return there.find(({ ids }) => ids.includes(survey.os?.id ?? '')) ?? there[0];
}
