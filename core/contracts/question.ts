import { z } from 'zod';
import { Actor } from './actor.ts';

/** What people may say to a question about an install whose installer is done. */
export const AnswerKind = z.enum(['boot', 'look-again', 'to-rescue', 'console-again', 'leave-in-rescue', 'is-up']);
export type AnswerKind = z.infer<typeof AnswerKind>;

/**
 * What XEPA asks, and goes on by itself when nobody answers. `nothing-bootable`: asked before the metal is restarted; `silent`: the metal
 * did not answer; `in-rescue`: it is back in rescue, proven. Each has a number of its own, which its answer names.
 */
export const Question = z.object({
  n: z.number(),
  kind: z.enum(['nothing-bootable', 'silent', 'in-rescue']),
  /** The step that waits for the answer. */
  step: z.enum(['handback', 'verify']),
  askedAt: z.number(),
  /** At this time XEPA goes on without an answer. */
  until: z.number(),
  /** A sentence for people: why it is asked. */
  why: z.string(),
  /** What was found on the server, a sentence each, in plain text. */
  findings: z.array(z.string()),
  /** The ends of logs on the installed disk, without secrets. */
  logs: z.array(z.object({ path: z.string(), tail: z.string() })),
  answers: z.array(AnswerKind),
});
export type Question = z.infer<typeof Question>;

/** What somebody said to the question with this number. */
export const Answer = z.object({ n: z.number(), kind: AnswerKind, by: Actor, at: z.number() });
export type Answer = z.infer<typeof Answer>;
