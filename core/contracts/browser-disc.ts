import { z } from 'zod';
import { Actor } from './actor.ts';

/**
 * A disc whose bytes lie in a file of somebody's computer and are read from their page while the guest reads them. `n`
 * counts them; `key` is how the file is known again when it is chosen anew. `over`: its person has taken it back.
 */
export const BrowserDisc = z.object({
  n: z.number(),
  name: z.string(),
  bytes: z.number(),
  key: z.string(),
  by: Actor,
  at: z.number(),
  verdict: z.enum(['asked', 'accepted', 'refused']),
  why: z.string().optional(),
  over: z.boolean().optional(),
});
export type BrowserDisc = z.infer<typeof BrowserDisc>;
