import { LogLevel } from '@slack/bolt';
import type { Logger } from '../core/log.ts';

/** Bolt's log goes into ours. Its debug lines hold whole payloads with response URLs, so they are dropped. */
export function boltLogger(log: Logger) {
  const text = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    debug: () => undefined,
    info: (...parts: unknown[]) => log.debug({ bolt: text(parts) }, 'Slack library'),
    warn: (...parts: unknown[]) => log.warn({ bolt: text(parts) }, 'Slack library'),
    error: (...parts: unknown[]) => log.error({ bolt: text(parts) }, 'Slack library'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
