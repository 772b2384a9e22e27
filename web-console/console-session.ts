import { z } from 'zod';
import { ConsoleRight } from '../core/contracts/console-right.ts';

/** What redeeming a ticket opens: one person's right to one install's console. Only its hash is a Redis key. */
export const ConsoleSession = z.object({
  installId: z.string(),
  slackUser: z.string(),
  right: ConsoleRight,
  /** Revoking an install's console raises its epoch; older tickets and sessions are void. */
  epoch: z.number(),
  openedAt: z.number(),
  endsAt: z.number(),
});
export type ConsoleSession = z.infer<typeof ConsoleSession>;

/**
 * What becomes of the session that a browser holds when a new link is opened in it.
 *
 * Control stays where the new link only watches: otherwise somebody would lose the keyboard in the middle of an
 * installer and not know why. It gives nobody more than this browser has already.
 */
export function succession(held: ConsoleSession | null, asked: ConsoleSession): 'stays' | 'rises' | 'replaced' {
  if (!held) return 'replaced';
  if (held.right === 'view' && asked.right === 'control') return 'rises';
  const stillGood = held.epoch === asked.epoch && held.endsAt > asked.openedAt;
  return stillGood && held.right === 'control' && asked.right === 'view' ? 'stays' : 'replaced';
}
