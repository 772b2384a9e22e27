import { z } from 'zod';
import { Placement } from './ladder.ts';
import { TargetDisk } from './plan.ts';

/** What an install learnt of a device's hardware: an approval can be bound to it, and a card can name the disks. */
export const DeviceProfile = z.object({
  /** Milliseconds since 1970. */
  seenAt: z.number(),
  /** Serial of the machine, from its SMBIOS tables. */
  serial: z.string(),
  model: z.string(),
  /** Disks that an installer would get. */
  disks: z.array(TargetDisk),
  /** How each device got into the VM. None in profiles from before it was kept. */
  ladder: z.array(Placement).default([]),
  /** The hardware in words, a line for each matter. None in profiles from before it was kept. */
  summary: z.array(z.string()).optional(),
});
export type DeviceProfile = z.infer<typeof DeviceProfile>;
