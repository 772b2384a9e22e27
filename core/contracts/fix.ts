import { z } from 'zod';

/** What somebody may have XEPA change on the installed system, so that it works on the metal as it did in the VM. */
export const FixKind = z.enum(['network', 'fstab', 'serial']);
export type FixKind = z.infer<typeof FixKind>;
