import { z } from 'zod';
import { Actor } from './actor.ts';
import { ConsoleRight } from './console-right.ts';

/** Somebody who has the screen open; with several screens they count once, by the higher right. */
const AtConsole = z.object({ user: z.string(), right: ConsoleRight, since: z.number() });

/** Who uses an install's console. The web console writes it when somebody comes or goes, and at no other time. */
export const ConsoleUse = z.object({
  now: z.array(AtConsole),
  /** Who went last, and how long they had been there. */
  last: z.object({ user: z.string(), right: ConsoleRight, ms: z.number() }).optional(),
  /** Who closed all consoles last, and when. */
  revoked: z.object({ by: Actor, at: z.number() }).optional(),
});
export type ConsoleUse = z.infer<typeof ConsoleUse>;
