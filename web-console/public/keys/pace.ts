/**
 * How fast text is typed, in milliseconds per key event. A PS/2 keyboard holds 16 bytes and forgets what comes while it is
 * full, without a word: a guest may look away for about a quarter of a second at the normal pace.
 */
export const paces = { normal: 20, fast: 8, careful: 60 } as const;

export type Pace = keyof typeof paces;

/** How long so many key events take at that pace; timers of browsers add about a tenth. */
export function typingMs(events: number, pace: Pace): number {
  return (events * paces[pace] * 11) / 10;
}

/** So many events may be under way without an answer of the server: a line that stood still must not pour them out at once. */
export const EVENTS_PER_ROUND = 16;
