import type { Freeze, Situation } from '../policy/types.ts';
import { code } from '../text.ts';
import { byText, whyText } from './names.ts';
import { untilText } from './until.ts';

type Lock = NonNullable<Situation['lock']>;

/** "locked by @alice until 18:00 UTC (in 2 h): disk swap", or "locked in another workspace until …"; ready for mrkdwn. */
export function lockText(lock: Lock, now: number, max = 300): string {
  return `locked ${byText(lock.by)} ${untilText(lock.until, now)}${whyText(lock, max)}`;
}

/** "Everything is frozen by @alice until 18:00 UTC (in 2 h): release", ready for mrkdwn. */
export function freezeText(freeze: Freeze, now: number, max = 300): string {
  const { tag, by, until } = freeze;
  return `Everything${withTag(tag)} is frozen ${byText(by)} ${untilText(until, now)}${whyText(freeze, max)}`;
}

/** " with the tag `prod`", or nothing for everything. */
export function withTag(tag: string | null): string {
  return tag === null ? '' : ` with the tag ${code(tag, 60)}`;
}
