import { z } from 'zod';

/** What a ticket and its console session are good for: keyboard, mouse and power, or only looking on. */
export const ConsoleRight = z.enum(['control', 'view']);
export type ConsoleRight = z.infer<typeof ConsoleRight>;
