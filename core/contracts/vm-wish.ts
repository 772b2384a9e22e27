import { z } from 'zod';

/** What the installed system is, as far as the virtual machine minds: Windows is given another clock and Hyper-V's help. */
export const GuestKind = z.enum(['windows', 'linux']);
export type GuestKind = z.infer<typeof GuestKind>;

/** What a reboot of the installer means: it stays in the VM, or the VM has done its work. */
export const OnReboot = z.enum(['stay', 'finish']);
export type OnReboot = z.infer<typeof OnReboot>;

/** What a person asked for of the virtual machine itself; what is not said is decided by the server and the ISO. */
export const VmWish = z.object({
  /** A virtual TPM 2.0. */
  tpm: z.enum(['on', 'off']).optional(),
  /** Option ROMs of the devices that are passed through. */
  rom: z.enum(['on', 'off']).optional(),
  /** Other than what the rescue system was started by. */
  firmware: z.enum(['bios', 'uefi']).optional(),
  guest: GuestKind.optional(),
  onReboot: OnReboot.optional(),
});
export type VmWish = z.infer<typeof VmWish>;
