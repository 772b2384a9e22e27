import type { types } from '@slack/bolt';
import { limits } from '../block-kit/limits.ts';
import { label } from '../text.ts';

/** A message as every view makes it: `text` is a full sentence that suffices alone (notifications, screen readers). */
export interface Message {
  text: string;
  blocks: types.KnownBlock[];
}

/** @param text plain text of any length, user-made parts as they are */
export function header(text: string): types.HeaderBlock {
  const shown = label(text, limits['HeaderBlock.text'].max);
  return { type: 'header', text: { type: 'plain_text', text: shown, emoji: true } };
}

/**
 * Verbatim: an address in an error of a device must not become a link of ours.
 * @param text mrkdwn in which everything user-made is escaped
 */
export function section(text: string): types.SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } };
}

/** Short texts in two columns. @param texts mrkdwn in which everything user-made is escaped */
export function fields(texts: readonly string[]): types.SectionBlock {
  return { type: 'section', fields: texts.map((text) => ({ type: 'mrkdwn', text, verbatim: true })) };
}

/** Small grey text. @param text mrkdwn in which everything user-made is escaped */
export function context(text: string): types.ContextBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] };
}

/** Ends as a sentence does; the last words of an error may not. */
export function fullStop(text: string): string {
  return /[.!?…]['"”)`]*$/.test(text) ? text : `${text}.`;
}

/** A message of one paragraph. */
export function sentence(text: string): Message {
  return { text, blocks: [section(text)] };
}
