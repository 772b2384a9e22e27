import { z } from 'zod';

/** One person's time at the keyboard. `term` names its lease in Redis: the keyboard is free once that has ended. */
const Holder = z.object({ user: z.string(), term: z.string(), since: z.number() });

/**
 * Who may type at an install's console. People are Slack user ids, times milliseconds since 1970. It stands in the
 * record, so that a change of hands and its line of the audit trail are one write.
 */
export const Keyboard = z.object({
  holder: Holder.optional(),
  /** Who asked for it, the first first. */
  asks: z.array(z.string()),
  /** Somebody takes it at that time, unless the holder refuses. */
  claim: z.object({ user: z.string(), due: z.number() }).optional(),
  /** The holder has refused that person, who may not take it again before that time. */
  kept: z.object({ from: z.string(), until: z.number() }).optional(),
  /** How it last went from one person to another. */
  handed: z
    .object({ from: z.string(), to: z.string(), how: z.enum(['given', 'idle', 'unanswered']), at: z.number() })
    .optional(),
});
export type Keyboard = z.infer<typeof Keyboard>;
