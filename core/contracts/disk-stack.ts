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

/** A RAID array that the rescue system has assembled (md). `disks`: kernel names of the disks below; `above`: of what is built on it. */
export const RaidArray = z.object({
  name: z.string(),
  level: z.string(),
  state: z.string(),
  disks: z.array(z.string()),
  above: z.array(z.string()).default([]),
  /** As the kernel names it: `1.2`, `external:imsm` for a set of the firmware; empty where nobody looked. */
  metadata: z.string().default(''),
  /** What it does by itself: `idle`, `resync`, `recover`, `reshape`, `check`; empty for levels without redundancy. */
  action: z.string().default(''),
  /** How many members it lacks. */
  missing: z.number().default(0),
});
export type RaidArray = z.infer<typeof RaidArray>;

/** A volume of the device mapper, `label` as /dev/mapper names it. `disks`: kernel names of the disks below; `above`: of what is built on it. */
export const Volume = z.object({
  name: z.string(),
  kind: z.enum(['lvm', 'luks', 'integrity', 'multipath', 'other']),
  label: z.string(),
  disks: z.array(z.string()),
  above: z.array(z.string()).default([]),
});
export type Volume = z.infer<typeof Volume>;

/** An array or volume that is stopped before a disk below it leaves the rescue system. `label`: as people know it. */
export const Stop = z.object({
  name: z.string(),
  kind: z.enum(['md', 'lvm', 'luks', 'integrity', 'multipath']),
  label: z.string(),
  /** Kernel names of all disks below, chosen or not. */
  disks: z.array(z.string()),
});
export type Stop = z.infer<typeof Stop>;

/** Something in use that nobody can install on, such as the CD that the rescue system was started from. */
export const Occupied = z.object({ name: z.string(), mountpoints: z.array(z.string()), through: z.array(z.string()) });
export type Occupied = z.infer<typeof Occupied>;
