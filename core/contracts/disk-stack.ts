import { z } from 'zod';

/** What one partition holds, or a whole disk without partitions. Size in bytes. */
export const Content = z.object({
  name: z.string(),
  type: z.string(),
  label: z.string(),
  sizeBytes: z.number(),
  /** What its type in the partition table says in words (`EFI system`), and its name there; empty where it says nothing. */
  purpose: z.string().default(''),
  partitionName: z.string().default(''),
});
export type Content = z.infer<typeof Content>;

/** A RAID array that the rescue system has assembled (md). `disks`: kernel names of the disks below. */
export const RaidArray = z.object({
  name: z.string(),
  level: z.string(),
  state: z.string(),
  disks: z.array(z.string()),
});
export type RaidArray = z.infer<typeof RaidArray>;

/** A volume of the device mapper, `label` as /dev/mapper names it. `disks`: kernel names of the disks below. */
export const Volume = z.object({
  name: z.string(),
  kind: z.enum(['lvm', 'luks', 'multipath', 'other']),
  label: z.string(),
  disks: z.array(z.string()),
});
export type Volume = z.infer<typeof Volume>;

/** Something in use that nobody can install on, such as the CD that the rescue system was started from. */
export const Occupied = z.object({ name: z.string(), mountpoints: z.array(z.string()), through: z.array(z.string()) });
export type Occupied = z.infer<typeof Occupied>;
