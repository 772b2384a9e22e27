import type { RecordingTerms } from '../../core/contracts/recording.ts';
import type { Rule } from './schema.ts';

/** Whether what these rules apply to has to be recorded. Of several rules the longest time counts: it keeps all of them. */
export function recordingOf(rules: readonly Rule[]): RecordingTerms | null {
  const asking = rules.flatMap(({ name, record }) => (record ? [{ name, keepMs: record.keep }] : []));
  if (asking.length === 0) return null;
  return { keepMs: Math.max(...asking.map(({ keepMs }) => keepMs)), rules: asking.map(({ name }) => name) };
}
