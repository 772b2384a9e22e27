/** All strings of a message, wherever they stand. */
export function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

/** Texts in which Slack would look for addresses and names by itself. */
export function eagerTexts(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && value.type === 'mrkdwn' && !('verbatim' in value && value.verbatim === true);
  return [...(own ? [value] : []), ...Object.values(value).flatMap(eagerTexts)];
}
