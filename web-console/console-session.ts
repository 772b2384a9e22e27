import { z } from 'zod';
import { ConsoleRight } from '../core/contracts/console-right.ts';

/** What redeeming a ticket opens: one person's right to one install's console. Only its hash is a Redis key. */
export const ConsoleSession = z.object({
  installId: z.string(),
  slackUser: z.string(),
  name: z.string().optional(),
  right: ConsoleRight,
  /** Revoking an install's console raises its epoch; older tickets and sessions are void. */
  epoch: z.number(),
  openedAt: z.number(),
  endsAt: z.number(),
});
export type ConsoleSession = z.infer<typeof ConsoleSession>;

/**
 * What becomes of the session that a browser holds for an install when a new link to it is opened there.
 *
 * Control where there was none `rises`: whoever knew the browser's secret until now, say of a browser that was
 * lent out to watch, must not rise with it, whatever other installs it opens. Control stays where the new link only
 * watches: otherwise somebody would lose the keyboard in the middle of an installer and not know why. It gives nobody
 * more than this browser has already.
 */
export function succession(held: ConsoleSession | null, asked: ConsoleSession): 'stays' | 'rises' | 'replaced' {
  const controls =
    held !== null && held.right === 'control' && held.epoch === asked.epoch && held.endsAt > asked.openedAt;
  if (asked.right === 'control') return controls ? 'replaced' : 'rises';
  return controls ? 'stays' : 'replaced';
}
