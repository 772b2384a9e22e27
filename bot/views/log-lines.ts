import type { Actor } from '../../core/contracts/actor.ts';
import type { AuditEvent } from '../../core/contracts/audit-event.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { isFinal, journalOf } from '../../core/contracts/install.ts';
import type { StepName } from '../../core/contracts/step-name.ts';
import { headline } from './headline.ts';

/** One line of an install's history, in plain text: nothing in it is escaped. */
export interface LogLine {
  /** Milliseconds since 1970. */
  at: number;
  /** "step failed", "approved". */
  what: string;
  actor: Actor;
  /** "step: media, code: iso-unusable", or empty. */
  detail: string;
}

const MAX_VALUE = 300;

/** What happened, oldest first: all of it, or of one step. @param wish `lines` are the last ones to keep */
export function logLines(
  events: readonly AuditEvent[],
  wish: { lines: number; step?: StepName | undefined },
): LogLine[] {
  return events
    .filter((event) => wish.step === undefined || event.detail.step === wish.step)
    .map(({ at, type, actor, detail }) => ({ at, what: type.replaceAll('-', ' '), actor, detail: detailText(detail) }))
    .slice(-wish.lines);
}

/** Where the install stands, what it waits for and what went wrong last, a sentence each. */
export function standing(record: InstallRecord): string[] {
  const entry = journalOf(record, record.at);
  const wait = entry?.state === 'waiting' && !isFinal(record) ? [`Waits for ${entry.why ?? 'its next look'}.`] : [];
  const tries = entry && entry.failures > 0 ? [`Failed ${entry.failures} times in a row.`] : [];
  const error = record.failure ?? entry?.error;
  return [
    `${headline(record).word}, at ${record.at}.`,
    ...wait,
    ...tries,
    ...(error ? [`${record.failure ? 'Failed' : 'Last error'}: ${error.message}`] : []),
  ];
}

function detailText(detail: AuditEvent['detail']): string {
  const parts = Object.entries(detail).flatMap(([name, value]) => {
    const text = valueText(value);
    return text === null ? [] : [`${name}: ${text}`];
  });
  return parts.join(', ');
}

/** Links lose their query: it may hold a signature. */
function valueText(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(/(https?:\/\/[^\s?#"]*)\?[^\s"]*/g, '$1?…').slice(0, MAX_VALUE);
}
