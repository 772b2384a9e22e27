import { badInput } from './bad-input.ts';
import { code } from './text.ts';

const unitMs: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 24 * 3_600_000,
  w: 7 * 24 * 3_600_000,
};

/** "90m", "36h", "7d" or "2w" in milliseconds. @throws XepaError bad-input */
export function parseSince(text: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,4})([mhdw])$/i.exec(text) ?? [];
  const ms = Number(count) * (unitMs[unit.toLowerCase()] ?? 0);
  if (ms > 0) return ms;
  throw badInput(`${code(text)} is no time. Type a number with m, h, d or w, such as ${code('--since 7d')}.`);
}
