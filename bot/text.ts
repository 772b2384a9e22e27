/** Slack counts UTF-16 units; cutting by code point never splits a character. */

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Makes any text harmless in mrkdwn and in `text`: no mention, no link, no channel ping can be made of it. */
export function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (sign) => entities[sign] ?? sign);
}

/** Cuts to at most `max` UTF-16 units, ends with an ellipsis when something was cut, never inside a character. */
export function cut(text: string, max: number): string {
  return encodeUpTo(text, max, (char) => char);
}

/** User-made text in mrkdwn, on one line; what comes out is at most `max` long, so no entity is cut in half. */
export function quoteText(text: string, max: number): string {
  return encodeUpTo(oneLine(text), max, escapeText);
}

/** Inline code: a backtick inside would end it, so it becomes an apostrophe. */
export function code(text: string, max = 200): string {
  const shown = encodeUpTo(oneLine(text), max, (char) => (char === '`' ? "'" : escapeText(char)));
  return shown === '' ? '—' : `\`${shown}\``;
}

/** User-made text within a sentence: its `*_~` and backticks must not format the sentence. */
export function plain(text: string, max = 200): string {
  // A zero-width space in front takes a mark its power without changing what is read.
  return encodeUpTo(oneLine(text), max, (char) => (/[*_~`]/.test(char) ? `\u200b${char}` : escapeText(char)));
}

/** A mention, only for what looks like a Slack user id; anything else is shown as text. */
export function mention(id: string): string {
  return /^[UW][A-Z0-9]{2,}$/.test(id) ? `<@${id}>` : code(id, 40);
}

/** Encodes character by character for as long as the result, with its ellipsis, fits. */
function encodeUpTo(text: string, max: number, encode: (char: string) => string): string {
  let whole = '';
  let kept = '';
  for (const char of text) {
    whole += encode(char);
    if (whole.length > max) return `${kept}…`;
    if (whole.length <= max - 1) kept = whole;
  }
  return whole;
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
