import { z } from 'zod';

/** Only the fields that we use, of OVHcloud's API for dedicated servers. */
export const OvhServer = z.object({
  name: z.string(),
  ip: z.string().optional(),
  /** What its next boot leads to; null where nothing was ever chosen. */
  bootId: z.number().nullish(),
  /** An iPXE script of the customer's, in place of a boot that the provider knows. */
  bootScript: z.string().nullish(),
  rescueSshKey: z.string().nullish(),
  /** What its network boot starts on UEFI servers when it leads to the disk; null: what it finds. */
  efiBootloaderPath: z.string().nullish(),
  monitoring: z.boolean(),
  noIntervention: z.boolean(),
  powerState: z.string().optional(),
  state: z.string(),
  iam: z.object({ displayName: z.string().nullish(), tags: z.record(z.string(), z.string()).nullish() }).nullish(),
});
export type OvhServer = z.infer<typeof OvhServer>;

/** What an install changes of a server, as it was before. `restarts`: see `newestRestart` of the adapter. */
export const OvhSaved = z.object({
  bootId: z.number().nullable(),
  bootScript: z.string().nullable(),
  rescueSshKey: z.string().nullable(),
  efiBootloaderPath: z.string().nullable(),
  monitoring: z.boolean(),
  noIntervention: z.boolean(),
  newestRestart: z.number(),
});
export type OvhSaved = z.infer<typeof OvhSaved>;

/** A system that a server can be made to boot. */
export const OvhBoot = z.object({
  bootId: z.number(),
  bootType: z.string(),
  kernel: z.string(),
  description: z.string(),
});
export type OvhBoot = z.infer<typeof OvhBoot>;

export const OvhTask = z.object({ taskId: z.number(), function: z.string(), status: z.string() });
export type OvhTask = z.infer<typeof OvhTask>;

export const Names = z.array(z.string());
export const Numbers = z.array(z.number());
/** Seconds since 1970, by the provider's clock. */
export const Seconds = z.number();
/** Calls that answer without a body. */
export const Anything = z.unknown();

export const OvhError = z.object({ message: z.string(), errorCode: z.string().optional() });
