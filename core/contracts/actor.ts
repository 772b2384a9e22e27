import { z } from 'zod';

/** Who did something. `system` is a process of ours; `slack` and `console` name a Slack user id. */
export const Actor = z.object({ via: z.enum(['slack', 'console', 'cli', 'system']), id: z.string() });
export type Actor = z.infer<typeof Actor>;
