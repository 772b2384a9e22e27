/**
 * How fast text is typed, in milliseconds per key event. QEMU forgets keys without a word when too many wait, and a PS/2
 * keyboard holds 16 bytes: never faster than the guest takes them.
 */
export const paces = { normal: 10, careful: 40 } as const;

export type Pace = keyof typeof paces;

/** How long so many key events take at that pace; timers of browsers add about a tenth. */
export function typingMs(events: number, pace: Pace): number {
  return (events * paces[pace] * 11) / 10;
}

/** So many events may be under way without an answer of the server: a line that stood still must not pour them out at once. */
export const EVENTS_PER_ROUND = 16;
