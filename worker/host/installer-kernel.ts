import type { AnswerKind } from '../../core/contracts/answer.ts';

/** Where an installer has its kernel on its ISO, and what its own boot menu would tell it. */
export interface KernelPlace {
  /** For people: whose installer it is. */
  of: string;
  kernel: string;
  initrd: string;
  /** Kernel arguments without which it does not find its own disc. `label`: the volume id of the ISO. */
  append(label: string): string[];
}

const none = () => [];

/** Tried in this order; the first whose two files are both there is taken. */
export const kernelPlaces: readonly KernelPlace[] = [
  { of: 'Debian', kernel: 'install.amd/vmlinuz', initrd: 'install.amd/initrd.gz', append: none },
  { of: 'Ubuntu', kernel: 'casper/vmlinuz', initrd: 'casper/initrd', append: none },
  { of: 'Fedora or RHEL', kernel: 'images/pxeboot/vmlinuz', initrd: 'images/pxeboot/initrd.img', append: stage2 },
  { of: 'SUSE', kernel: 'boot/x86_64/loader/linux', initrd: 'boot/x86_64/loader/initrd', append: none },
  { of: 'Debian (network edition)', kernel: 'linux', initrd: 'initrd.gz', append: none },
];

/** https://anaconda-installer.readthedocs.io/en/latest/user-guide/boot-options.html: blanks of a label are written as udev does. */
function stage2(label: string): string[] {
  const escaped = label.replace(/[^\w#+.:=@-]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return [`inst.stage2=hd:LABEL=${escaped}`];
}

/** What each kind of answer file needs on the kernel's command line; none for those that are found by their label alone. */
const forAnswer: Readonly<Record<AnswerKind, readonly string[]>> = {
  // Questions that the file does not answer are asked only where they must be; the file itself lies in the initrd.
  preseed: ['auto=true', 'priority=critical'],
  // Without it the installer asks whether it may erase the disk.
  autoinstall: ['autoinstall', 'ds=nocloud'],
  kickstart: ['inst.ks=hd:LABEL=OEMDRV:/ks.cfg'],
  'cloud-init': [],
  windows: [],
};

/** The whole kernel command line. What a person typed comes last, and so wins. */
export function kernelCommandLine(about: {
  place: KernelPlace;
  label: string;
  answer?: AnswerKind | undefined;
  typed?: string | undefined;
}): string {
  const { place, label, answer, typed } = about;
  const parts = [...place.append(label), ...(answer ? forAnswer[answer] : []), ...(typed ? [typed] : [])];
  return parts.join(' ');
}
