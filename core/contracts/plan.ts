import { z } from 'zod';
import { Stop } from './disk-stack.ts';
import { BlockDisk, Placement } from './ladder.ts';
import { LifelinePlan } from './lifeline.ts';
import { VmPlan } from './vm-plan.ts';

/** A PCI function that goes into the VM, with its whole IOMMU group. */
export const PassedDevice = z.object({
  address: z.string(),
  group: z.number(),
  purpose: z.enum(['disk', 'nic', 'group-member']),
  label: z.string(),
  driver: z.string().nullable(),
});
export type PassedDevice = z.infer<typeof PassedDevice>;

/** A disk that the VM will see. An installer may erase it. */
export const TargetDisk = z.object({
  path: z.string(),
  serial: z.string(),
  model: z.string(),
  sizeBytes: z.number(),
  controller: z.string(),
  /** What is on it now, in words: "ext4 root (20 GB), swap". */
  holds: z.string(),
});
export type TargetDisk = z.infer<typeof TargetDisk>;

/** Pure result of facts + request: which hardware goes into the VM and how, what will be erased, every warning. */
export const Plan = z.object({
  firmware: z.enum(['bios', 'uefi']),
  accel: z.enum(['kvm', 'tcg']),
  memoryMb: z.number(),
  cpus: z.number(),
  passed: z.array(PassedDevice),
  /** `none`: the VM has no network; `emulated`: user-mode NAT with the given MAC, where no spare port is there. */
  nic: z.object({ mode: z.enum(['passthrough', 'emulated']), mac: z.string(), address: z.string().nullable() }),
  /** The disk by way of the rescue system's kernel; null where its controller is passed through. */
  block: BlockDisk.nullable().default(null),
  /** How each device gets into the VM, and why not better. None in plans from before it was written down. */
  ladder: z.array(Placement).default([]),
  /** What the rescue system has built on the disks by itself, in the order in which it is stopped. Absent where there is nothing. */
  stops: z.array(Stop).optional(),
  /** Our own connection moves to another port first. Absent: it stays where it is. */
  lifeline: LifelinePlan.optional(),
  /** How the VM itself is built. None in plans from before it was written down: see `vmPlanOf`. */
  vm: VmPlan.optional(),
  erases: z.array(TargetDisk),
  warnings: z.array(z.string()),
  /** What may be written on the disk after the installer, a sentence each. Absent in plans from before it was written down. */
  writes: z.array(z.string()).optional(),
  /** SHA-256 over the device's serial, the target disks, the rungs, the ISO's URL and digest: names exactly what will happen. */
  digest: z.string(),
});
export type Plan = z.infer<typeof Plan>;
