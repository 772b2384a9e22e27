import { z } from 'zod';
import { webUrl } from '../../core/env.ts';

/** A file that whoever has its digest may fetch from anywhere. */
const File = z.strictObject({
  url: webUrl('https://images.example.com/vmlinuz'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be a SHA-256: 64 hexadecimal digits')
    .toLowerCase(),
});

/** A kernel by what `uname -r` says, with the initrd that the rescue system is started with. */
const RescueKernel = z.strictObject({ release: z.string().regex(/^[\w.+~-]{1,64}$/), kernel: File, initrd: File });
export type RescueKernel = z.infer<typeof RescueKernel>;

/** Kernels and initrds of rescue systems that do not have theirs on themselves: by the id of a provider, one for each version. */
export const RescueKernels = z.record(z.string(), z.array(RescueKernel).max(64));
export type RescueKernels = Readonly<z.infer<typeof RescueKernels>>;
