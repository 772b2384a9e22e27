/**
 * Characters that turn the direction of writing: with them "approved" can be made to read as something else, and
 * one person's text can reorder the rest of a line.
 */
export const bidiControl = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Control characters, and what Unicode draws as nothing; the two selectors of emoji are looked at by themselves. */
const unseen = /(?![\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
/** It makes a sign colourful; where there is no such sign it only hides a difference. */
const idleSelector = /(?<!\p{Extended_Pictographic})[\ufe0e\ufe0f](?!\u20e3)/gu;
/** A joiner between two emoji makes one of them: a family, a profession. Anywhere else it only hides differences. */
const emojiJoin = /(?<=\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d(?=\p{Extended_Pictographic})/gu;
/** No writing needs more marks on a letter; a pile of them paints over the lines around it. */
const pile = /(\p{M}{4})\p{M}+/gu;

/**
 * Any text as one line of characters that can be seen, each where it stands: no controls, no turned direction,
 * nothing of zero width, no half characters.
 */
export function visible(text: string): string {
  const line = text.toWellFormed().replace(/\s+/gu, ' ');
  const kept = line.split(emojiJoin).map((part) => part.replace(unseen, '').replace(idleSelector, ''));
  return kept.join('\u200d').replace(pile, '$1').replace(/ {2,}/g, ' ').trim();
}
