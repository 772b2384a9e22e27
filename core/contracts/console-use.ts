import { z } from 'zod';
import { Actor } from './actor.ts';
import { ConsoleRight } from './console-right.ts';
import { Keyboard } from './keyboard.ts';

/** Somebody who has the screen open; with several screens they count once, by the higher right. */
const AtConsole = z.object({ user: z.string(), right: ConsoleRight, since: z.number() });

/** Something that somebody did to the VM from its console. `n` counts them; `disc`: the ISO's name, where it concerns one. */
const ConsoleAct = z.object({
  n: z.number(),
  by: Actor,
  what: z.string(),
  disc: z.string().optional(),
  at: z.number(),
});
export type ConsoleAct = z.infer<typeof ConsoleAct>;

/**
 * Who uses an install's console. Written when somebody comes, goes or does something to the VM, or the keyboard changes
 * hands, and at no other time.
 */
export const ConsoleUse = z.object({
  now: z.array(AtConsole),
  /** Who went last, and how long they had been there. */
  last: z.object({ user: z.string(), right: ConsoleRight, ms: z.number() }).optional(),
  /** Who of them may type. */
  keyboard: Keyboard.optional(),
  /** Who closed all consoles last, and when; links and sessions of that epoch and of earlier ones are void for good. */
  revoked: z.object({ by: Actor, at: z.number(), epoch: z.number().optional() }).optional(),
  /** What was done to power and drive, the newest last; each is told in the thread. The audit trail has all of them. */
  acts: z.array(ConsoleAct).optional(),
  /** When somebody last had the VM start from its CD, for that once. */
  cdFirstAt: z.number().optional(),
});
export type ConsoleUse = z.infer<typeof ConsoleUse>;
