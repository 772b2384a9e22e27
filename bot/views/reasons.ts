import { mention, plain } from '../text.ts';

/**
 * The reasons of a judgement, ready for mrkdwn: plain text, in which those people are mentioned.
 * @param people Slack user ids; a word that only looks like one stays as it is
 */
export function reasonsText(reasons: readonly string[], people: readonly string[]): string {
  const named = (word: string) => (people.includes(word) ? mention(word) : word);
  return reasons.map((reason) => plain(reason, 600).replace(/\b[UW][A-Z0-9]{2,}\b/g, named)).join(' ');
}
