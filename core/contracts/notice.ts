import { z } from 'zod';

/** "Install X changed": the reader loads the record. The revision only helps to skip what is already known. */
export const Notice = z.object({ installId: z.string(), rev: z.number() });
export type Notice = z.infer<typeof Notice>;

/** "Look at install X now." */
export const InstallJob = z.object({ installId: z.string() });
export type InstallJob = z.infer<typeof InstallJob>;
