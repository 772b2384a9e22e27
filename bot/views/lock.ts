import type { Freeze, Situation } from '../policy/types.ts';
import { code, mention, plain } from '../text.ts';
import { untilText } from './until.ts';

type Lock = NonNullable<Situation['lock']>;

/** "locked by @alice until 18:00 UTC (in 2 h): disk swap", ready for mrkdwn. */
export function lockText(lock: Lock, now: number, max = 300): string {
  return `locked by ${mention(lock.by)} ${untilText(lock.until, now)}: ${plain(lock.reason, max)}`;
}

/** "Everything is frozen by @alice until 18:00 UTC (in 2 h): release", ready for mrkdwn. */
export function freezeText(freeze: Freeze, now: number, max = 300): string {
  const { tag, by, until, reason } = freeze;
  return `Everything${withTag(tag)} is frozen by ${mention(by)} ${untilText(until, now)}: ${plain(reason, max)}`;
}

/** " with the tag `prod`", or nothing for everything. */
export function withTag(tag: string | null): string {
  return tag === null ? '' : ` with the tag ${code(tag, 60)}`;
}
