import type { CheckState, Line } from '../../core/doctor/check.ts';
import { quoteText } from '../text.ts';
import { context, type Message, section, sections } from './message.ts';

const signs: Readonly<Record<CheckState, string>> = {
  fail: '❌ fails',
  warn: '⚠️ look at',
  ok: '✅ ok',
  skipped: '⚪ skipped',
};
const order: readonly CheckState[] = ['fail', 'warn', 'skipped', 'ok'];

/** The doctor's report: what needs something first, with what to do; then what is well. */
export function doctorReport(lines: readonly Line[]): Message {
  const of = (state: CheckState) => lines.filter((line) => line.state === state);
  const [failed, odd] = [of('fail').length, of('warn').length];
  const verdict = failed + odd === 0 ? 'Everything that was looked at is well' : `${failed} failed, ${odd} to look at`;
  const text = `🩺 ${verdict}; ${of('ok').length} ok, ${of('skipped').length} skipped.`;
  return {
    text,
    blocks: [
      section(`*${text}*`),
      ...sections(order.flatMap(of).map(lineText)),
      context('`xepa doctor` in a terminal sees more: providers, settings, and the disk of a private Redis.'),
    ],
  };
}

function lineText(line: Line): string {
  const todo = line.todo === undefined ? '' : `\n        → ${quoteText(line.todo, 400)}`;
  return `${signs[line.state]}  *${line.part}* ${quoteText(line.name, 80)}: ${quoteText(line.says, 700)}${todo}`;
}
