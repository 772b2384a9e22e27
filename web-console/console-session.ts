import { z } from 'zod';

/** What redeeming a ticket opens: one person's right to one install's console. Only its hash is a Redis key. */
export const ConsoleSession = z.object({
  installId: z.string(),
  slackUser: z.string(),
  /** Revoking an install's console raises its epoch; older tickets and sessions are void. */
  epoch: z.number(),
  openedAt: z.number(),
  endsAt: z.number(),
});
export type ConsoleSession = z.infer<typeof ConsoleSession>;
