import { type Key, modifierKeys } from './physical.ts';
import type { Stroke } from './strokes.ts';

/** One change of one key, as it goes to the server. */
export interface KeyEvent extends Key {
  down: boolean;
}

/** A stroke from the first key down to the last key up: nothing is held after it. */
export function eventsOf({ code, keysym, shift, altGr }: Stroke): KeyEvent[] {
  return chord([...(altGr ? [modifierKeys.altGr] : []), ...(shift ? [modifierKeys.shift] : [])], { code, keysym });
}

/** Presses what is held in order, then the key, and lets go in the opposite order. */
export function chord(held: readonly Key[], key: Key): KeyEvent[] {
  const keys = [...held, key].map(({ code, keysym }) => ({ code, keysym }));
  return [
    ...keys.map((each) => ({ ...each, down: true })),
    ...keys.toReversed().map((each) => ({ ...each, down: false })),
  ];
}

/** How many events a text takes, without making them. */
export function countEvents(characters: readonly (readonly Stroke[])[]): number {
  let events = 0;
  for (const strokes of characters) {
    for (const { shift, altGr } of strokes) events += 2 + (shift ? 2 : 0) + (altGr ? 2 : 0);
  }
  return events;
}
