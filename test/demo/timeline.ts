import type { InstallRecord } from '../../core/contracts/install.ts';

/** The steps with their seconds, a bar each, for a terminal. */
export function timeline(record: InstallRecord): string[] {
  const times = record.journal.map(({ step, startedAt, endedAt }) => ({
    step,
    seconds: ((endedAt ?? record.updatedAt) - startedAt) / 1_000,
  }));
  const longest = Math.max(1, ...times.map(({ seconds }) => seconds));
  const lines = times.map(({ step, seconds }) => {
    const bar = '█'.repeat(Math.round((seconds / longest) * 30));
    return `  ${step.padEnd(9)} ${seconds.toFixed(1).padStart(7)} s  ${bar}`;
  });
  const total = times.reduce((sum, { seconds }) => sum + seconds, 0);
  return [...lines, `  ${'in all'.padEnd(9)} ${total.toFixed(1).padStart(7)} s`];
}
