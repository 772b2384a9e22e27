import { z } from 'zod';

/** Ways into the virtual machine, the best first. `raw-block` is for disks, `emulated` for network ports. */
export const Rung = z.enum(['passthrough', 'kexec', 'raw-block', 'emulated']);
export type Rung = z.infer<typeof Rung>;

export const DiskRung = Rung.extract(['passthrough', 'raw-block']);
export type DiskRung = z.infer<typeof DiskRung>;

export const NicRung = Rung.extract(['passthrough', 'emulated']);
export type NicRung = z.infer<typeof NicRung>;

/** What a person asked for; where nothing was, the best rung that is safe is taken. */
export const RungWish = z.object({ disk: DiskRung.optional(), nic: NicRung.optional() });
export type RungWish = z.infer<typeof RungWish>;

/** The rungs that an approval is bound to. Null: not known when it was asked. */
export const BoundRungs = z.object({ disk: DiskRung.nullable(), nic: NicRung.nullable() });
export type BoundRungs = z.infer<typeof BoundRungs>;

/** One device on its rung, as a review reads: what, how, why nothing better, what it risks. Plain text, no markup. */
export const Placement = z.object({
  part: z.enum(['disk', 'nic']),
  device: z.string(),
  rung: Rung,
  /** Somebody asked for this rung; else it was chosen. */
  asked: z.boolean(),
  how: z.string(),
  /** Each better rung with the reason against it. */
  refused: z.array(z.object({ rung: Rung, why: z.string() })),
  risks: z.array(z.string()),
  /** What is done to the rescue system before, a sentence each. Absent where nothing is. */
  first: z.array(z.string()).optional(),
});
export type Placement = z.infer<typeof Placement>;

/** A disk that the rescue system's kernel drives, and the VM sees as an emulated one of the same kind. */
export const BlockDisk = z.object({
  path: z.string(),
  serial: z.string(),
  model: z.string(),
  sizeBytes: z.number(),
  /** PCI address of its controller. */
  controller: z.string(),
  bus: z.enum(['nvme', 'ahci']),
  logicalSectorBytes: z.number(),
  physicalSectorBytes: z.number(),
  /** What the VM writes goes into so much memory of the rescue system, in MiB, and never to the disk. Absent: to the disk. */
  scratchMb: z.number().optional(),
});
export type BlockDisk = z.infer<typeof BlockDisk>;

/**
 * The rungs that a ladder ends at.
 * @param unasked takes a rung that somebody asked for as not known: the next install need not ask for it again
 */
export function rungsOf(ladder: readonly Placement[], unasked = false): BoundRungs {
  const of = (part: Placement['part']) =>
    ladder.find((placement) => placement.part === part && !(unasked && placement.asked))?.rung;
  return { disk: DiskRung.safeParse(of('disk')).data ?? null, nic: NicRung.safeParse(of('nic')).data ?? null };
}
