const signs: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** What was written for Slack, for a page that shows plain text: without marks and entities. */
export function spoken(mrkdwn: string): string {
  return mrkdwn.replaceAll('`', '').replace(/&(amp|lt|gt);/g, (entity) => signs[entity] ?? entity);
}
