/** What of a moment is shown, in Slack's words: it fills in "today" and the reader's own clock. */
const formats = {
  moment: { slack: '{date_short_pretty} {time}', utc: [0, 16] },
  time: { slack: '{time}', utc: [11, 16] },
} as const;

/**
 * A moment in the zone and the language of whoever reads it, ready for mrkdwn; in UTC where Slack cannot do that.
 * Not for plain text: headers and buttons show it as it is written.
 * @param ms milliseconds since 1970
 */
export function when(ms: number, style: keyof typeof formats = 'moment'): string {
  const at = new Date(ms);
  if (!(at.getTime() >= 0) || at.getUTCFullYear() > 9999) return 'an unknown time';
  const { slack, utc } = formats[style];
  const fallback = at.toISOString().replace('T', ' ').slice(utc[0], utc[1]);
  return `<!date^${Math.floor(at.getTime() / 1000)}^${slack}|${fallback} UTC>`;
}
