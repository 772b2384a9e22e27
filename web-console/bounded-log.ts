import type { Logger } from '../core/log.ts';

/** Writes a line of log; `text` is constant, what varies goes into fields. */
export type Remark = (fields: object, text: string) => void;

const PER_MINUTE = 30;
const MINUTE_MS = 60_000;

/**
 * For what strangers can cause at will: of each text so many lines a minute are written, the rest is counted, and the
 * count is written when the minute is over. Nothing goes unsaid, and nobody can fill a disk.
 */
export function createBoundedLog(log: Pick<Logger, 'info'>, perMinute = PER_MINUTE, minuteMs = MINUTE_MS): Remark {
  const counts = new Map<string, number>();
  const close = (text: string) => {
    const untold = (counts.get(text) ?? 0) - perMinute;
    counts.delete(text);
    if (untold > 0) log.info({ what: text, untold }, 'more of the same was not written');
  };
  return (fields, text) => {
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    if (count === 1) setTimeout(() => close(text), minuteMs).unref();
    if (count <= perMinute) log.info(fields, text);
  };
}
