import { badInput } from '../bad-input.ts';
import { code } from '../text.ts';

const MIN_SECONDS = 60;
const MAX_SECONDS = 300;

/** How long a console link may be opened, in seconds, from "90", "90s" or "3m". @throws XepaError bad-input */
export function parseTtl(typed: string): number {
  const [, count = '', unit = 's'] = /^(\d{1,4})(s|m)?$/i.exec(typed.trim()) ?? [];
  const seconds = Number(count) * (unit.toLowerCase() === 'm' ? 60 : 1);
  if (count !== '' && seconds >= MIN_SECONDS && seconds <= MAX_SECONDS) return seconds;
  throw badInput(
    `${code(typed, 40)} is no time for a link: it may be opened for 60 s to 300 s. Type it like \`90s\` or \`3m\`.`,
  );
}
