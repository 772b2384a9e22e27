import type { PageState } from '../page-contract.ts';

const MINUTE_MS = 60_000;
/** The earliest first. */
const WARN_AT_MS = [15 * MINUTE_MS, 5 * MINUTE_MS, MINUTE_MS];

/** What ends this page's screen first, and in how many milliseconds. */
export interface End {
  kind: 'session' | 'install';
  leftMs: number;
}

/** @param now by the server's clock. Null where there is no screen that could end. */
export function nextEnd(
  { standing, endsAt, closesAt }: Pick<PageState, 'standing' | 'endsAt' | 'closesAt'>,
  now: number,
): End | null {
  if (standing !== 'open') return null;
  const closes = closesAt ?? Number.POSITIVE_INFINITY;
  const end: End = { kind: closes < endsAt ? 'install' : 'session', leftMs: Math.min(closes, endsAt) - now };
  return end.leftMs > 0 ? end : null;
}

export function isEndingSoon({ leftMs }: End): boolean {
  return WARN_AT_MS.some((at) => leftMs <= at);
}

/** The same in full, for who points at the few words that are always there. */
export function endTitle({ kind }: End): string {
  if (kind === 'install') return 'The time that an install may be at its console. It fails when that is over.';
  return 'Your console session. The virtual machine runs on without it; a new link opens another one.';
}

const warnings: Record<End['kind'], string> = {
  session: 'The virtual machine runs on; get a new link in Slack with “Get console link”.',
  install: 'An install that is not done by then fails, and XEPA puts the server back.',
};

/** Says that the end comes, at a few moments before, each once. */
export class EndWarnings {
  #said = Number.POSITIVE_INFINITY;

  /** What is to be said now; null where it was said, or is not due. */
  wordsAt({ kind, leftMs }: End): string | null {
    const due = WARN_AT_MS.findLast((at) => leftMs <= at);
    // An end that has moved away is another one.
    if (due === undefined) this.#said = Number.POSITIVE_INFINITY;
    if (due === undefined || due >= this.#said) return null;
    this.#said = due;
    const what = kind === 'session' ? 'Your session ends' : 'This console closes';
    return `${what} in ${Math.max(1, Math.round(leftMs / MINUTE_MS))} min. ${warnings[kind]}`;
  }
}
