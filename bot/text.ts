import { visible } from './visible-text.ts';

/** Slack counts UTF-16 units; cutting by what people see as one character never splits a letter or an emoji. */

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Makes any text harmless in mrkdwn and in `text`: no mention, no link, no channel ping can be made of it. */
export function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (sign) => entities[sign] ?? sign);
}

/** Cuts to at most `max` UTF-16 units, ends with an ellipsis when something was cut, never inside a character. */
export function cut(text: string, max: number): string {
  return encodeUpTo(text, max, (char) => char);
}

/**
 * User-made text in mrkdwn, on one line; what comes out is at most `max` long, so no entity is cut in half.
 * Code in single backticks stays code; a backtick without its other half would format what follows.
 */
export function quoteText(text: string, max: number): string {
  const quoted = encodeUpTo(seen(text, max).replace(/`{2,}/g, "'"), max, escapeText);
  const paired = quoted.split('`').length % 2 === 1;
  return paired ? quoted : quoted.replace(/`(?=[^`]*$)/, "'");
}

/** Inline code: a backtick inside would end it, so it becomes an apostrophe. */
export function code(text: string, max = 200): string {
  const shown = encodeUpTo(seen(text, max), max, (char) => (char === '`' ? "'" : escapeText(char)));
  return shown === '' ? '—' : `\`${shown}\``;
}

/** User-made text within a sentence: its `*_~` and backticks must not format the sentence. */
export function plain(text: string, max = 200): string {
  // A zero-width space in front takes a mark its power without changing what is read; a backtick would keep it.
  const tamed = (char: string) => (/[*_~]/.test(char) ? `\u200b${char}` : escapeText(char));
  return encodeUpTo(seen(text, max).replaceAll('`', "'"), max, tamed);
}

/** User-made text where Slack interprets nothing: headers, buttons, options. Nothing in it looks like a mention. */
export function label(text: string, max: number): string {
  return cut(seen(text, max).replaceAll('<', '‹').replaceAll('>', '›'), max);
}

/** A mention, only for what looks like a Slack user id; anything else is shown as text. */
export function mention(id: string): string {
  return /^[UW][A-Z0-9]{2,}$/.test(id) ? `<@${id}>` : code(id, 40);
}

/** What can be seen of a text, as much of it as may be shown; a text without end costs no more than a long one. */
function seen(text: string, max: number): string {
  return visible(text.slice(0, 2 * max + 500));
}

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Encodes for as long as the result, with its ellipsis, fits; what is encoded is never shorter than it was. */
function encodeUpTo(text: string, max: number, encode: (char: string) => string): string {
  const whole = text.length > max ? null : encodeAll(text, encode);
  if (whole !== null && whole.length <= max) return whole;
  let kept = '';
  for (const { segment } of characters.segment(text.slice(0, max + 1))) {
    const longer = kept + encodeAll(segment, encode);
    if (longer.length > max - 1) break;
    kept = longer;
  }
  return `${kept}…`;
}

function encodeAll(text: string, encode: (char: string) => string): string {
  let encoded = '';
  for (const char of text) encoded += encode(char);
  return encoded;
}
