import { z } from 'zod';
import { Actor } from './actor.ts';
import { ConsoleRight } from './console-right.ts';
import { Keyboard } from './keyboard.ts';

/** Somebody who has the screen open; with several screens they count once, by the higher right. */
const AtConsole = z.object({ user: z.string(), right: ConsoleRight, since: z.number() });

/** Who uses an install's console. Written when somebody comes or goes or the keyboard changes hands, and at no other time. */
export const ConsoleUse = z.object({
  now: z.array(AtConsole),
  /** Who went last, and how long they had been there. */
  last: z.object({ user: z.string(), right: ConsoleRight, ms: z.number() }).optional(),
  /** Who of them may type. */
  keyboard: Keyboard.optional(),
  /** Who closed all consoles last, and when. */
  revoked: z.object({ by: Actor, at: z.number() }).optional(),
});
export type ConsoleUse = z.infer<typeof ConsoleUse>;
