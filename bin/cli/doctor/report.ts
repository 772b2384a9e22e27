import { type CheckState, type Line, partNames } from '../../../core/doctor/check.ts';

const words: Readonly<Record<CheckState, string>> = { ok: 'ok', warn: 'warn', fail: 'FAIL', skipped: 'skip' };

/** The report for a terminal: a heading per part, a line per check, and what to do under it. */
export function reportText(lines: readonly Line[]): string {
  const parts = partNames.flatMap((part) => {
    const own = lines.filter((line) => line.part === part);
    return own.length === 0 ? [] : [[part, ...own.map(lineText)].join('\n')];
  });
  return [...parts, summary(lines)].join('\n\n');
}

/** The report for a script. */
export function reportJson(lines: readonly Line[]): string {
  return JSON.stringify({ ok: !hasFailed(lines), lines }, null, 2);
}

export function hasFailed(lines: readonly Line[]): boolean {
  return lines.some((line) => line.state === 'fail');
}

function lineText(line: Line): string {
  const first = `  ${words[line.state].padEnd(4)}  ${line.name}: ${printable(line.says)}`;
  return line.todo === undefined ? first : `${first}\n        → ${printable(line.todo)}`;
}

function summary(lines: readonly Line[]): string {
  const count = (state: CheckState) => lines.filter((line) => line.state === state).length;
  return `${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} failed, ${count('skipped')} skipped`;
}

/** What others said must not move the cursor or colour the terminal; a sentence of ours may have several lines. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (sign) => (sign === '\n' ? '\n          ' : '�'));
}
