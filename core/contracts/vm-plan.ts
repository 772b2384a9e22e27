import { z } from 'zod';
import { GuestKind, OnReboot } from './vm-wish.ts';

/** How the virtual machine itself is built, beside the hardware that goes into it. */
export const VmPlan = z.object({
  /** Null: told by the ISO, once it is on the server. */
  guest: GuestKind.nullable(),
  tpm: z.boolean(),
  rom: z.boolean(),
  /** As the server has it. In the VM only where the rescue system's OVMF comes with Microsoft's keys. */
  secureBoot: z.boolean(),
  onReboot: OnReboot,
  /** Number of the server's own serial console: 0 is ttyS0 (COM1). Null where the rescue system was told of none. */
  serialConsole: z.number().nullable(),
  /** PCI address of the port that an emulated one stands for; null where none is emulated, or it has none. */
  nicAt: z.string().nullable(),
});
export type VmPlan = z.infer<typeof VmPlan>;

/** What plans meant before it was written down. */
const formerly: VmPlan = {
  ...{ guest: null, tpm: false, rom: false, secureBoot: false },
  ...{ onReboot: 'stay', serialConsole: null, nicAt: null },
};

/** How the VM of a plan is built, also of a plan from before it said so. */
export function vmPlanOf(plan: { vm?: VmPlan | undefined }): VmPlan {
  return plan.vm ?? formerly;
}
