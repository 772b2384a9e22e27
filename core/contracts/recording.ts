import { z } from 'zod';
import { ConsoleRight } from './console-right.ts';

/** The console of an install is recorded: for how long each recording is kept, and the rules that ask for it. */
export const RecordingTerms = z.object({ keepMs: z.number(), rules: z.array(z.string()).readonly() });
export type RecordingTerms = z.infer<typeof RecordingTerms>;

/** What is known of one recording without opening it. Times are milliseconds since 1970. */
export const RecordingEntry = z.object({
  id: z.string(),
  /** Whose screen it was: Slack user id. */
  user: z.string(),
  right: ConsoleRight,
  startedAt: z.number(),
  /** When it was last written to. */
  seenAt: z.number(),
  bytes: z.number(),
  keepMs: z.number(),
  /** Why it ended; absent while it is being made, and for ever where that process was killed. */
  end: z.string().optional(),
});
export type RecordingEntry = z.infer<typeof RecordingEntry>;

/** A process that makes a recording says so at least this often. */
const SIGN_OF_LIFE_MS = 60_000;

/** `broken`: whoever made it was killed, so its end is missing. */
export function stateOf(entry: RecordingEntry, now: number): 'going-on' | 'whole' | 'broken' {
  if (entry.end !== undefined) return 'whole';
  return now - entry.seenAt < SIGN_OF_LIFE_MS ? 'going-on' : 'broken';
}
