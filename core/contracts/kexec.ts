import { z } from 'zod';

/**
 * The rescue kernel started anew with the IOMMU on (kexec), once in an install. `refused`: nothing was restarted. `preparing`: its files
 * are looked for and loaded. `jumping`: from here on the old kernel may be gone. `up`: the new one runs. `returning`: it did not come
 * up as it should, and the provider was asked for the rescue system again. `failed`: that is back, as it was before.
 */
export const KexecFacts = z.object({
  state: z.enum(['refused', 'preparing', 'jumping', 'up', 'returning', 'failed']),
  /** Milliseconds since 1970, of this state. */
  since: z.number(),
  /** Boot id of the kernel before. */
  bootId: z.string(),
  /** Kernel options that were added: `intel_iommu=on iommu=pt`. */
  options: z.string().default(''),
  /** `rescue`: kernel and initrd lay in the rescue system itself; `operator`: they are named in the settings. */
  source: z.enum(['rescue', 'operator']).optional(),
  /** Packages that were to be added for it. */
  added: z.array(z.string()).default([]),
  /** Whether the SSH host key is the one from before. */
  hostKey: z.enum(['kept', 'new']).optional(),
  /** Why not, or why it did not work: whole sentences. */
  why: z.string().default(''),
  /** Boot ids of what answered after the jump and was not it: when it is taken back, none of these is what was asked for. */
  strangers: z.array(z.string()).default([]),
  /** Entries into rescue before the one that takes it back. */
  entriesBefore: z.number().optional(),
});
export type KexecFacts = z.infer<typeof KexecFacts>;
