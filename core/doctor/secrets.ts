import type { InstallRecord } from '../contracts/install.ts';
import { keyIdOf } from '../keyring.ts';
import { type Check, type Finding, looksAt, ok, warn } from './check.ts';

const LIMIT_MS = 8_000;
const FEW_BITS = 128;
const make = 'Make one by `openssl rand -hex 32`';

export interface Secrets {
  current: string;
  previous: string | undefined;
}

/** @param open installs that have not ended; what they keep sealed tells whether an old secret is still needed */
export function secretChecks(secrets: Secrets, open: () => Promise<readonly InstallRecord[]>): Check[] {
  const { current, previous } = secrets;
  const strength: Check = {
    part: 'secrets',
    name: 'XEPA_SECRET',
    limitMs: LIMIT_MS,
    run: async () => judgeSecret(current),
  };
  if (previous === undefined) return [strength];
  const judge = (records: readonly InstallRecord[]) => judgePrevious({ current, previous, open: records });
  const missing = 'is set; which installs still need it cannot be seen without Redis';
  return [
    strength,
    { part: 'secrets', name: 'XEPA_SECRET_PREVIOUS', limitMs: LIMIT_MS, run: looksAt(open, judge, missing) },
  ];
}

/** Looks at the form only, and never shows a part of it. */
export function judgeSecret(secret: string): Finding {
  if (/^(.{1,16}?)\1+$/s.test(secret)) {
    return warn('the same few characters are repeated: it can be guessed', `${make}, and rotate to it`);
  }
  if (bitsOf(secret) < FEW_BITS) {
    return warn('too few different characters: it could be guessed', `${make}, and rotate to it`);
  }
  if (/^[0-9a-f]{64}$/i.test(secret)) return ok('64 hexadecimal digits');
  return ok(`${secret.length} characters, and varied enough`);
}

/** The old secret of a rotation: needed while an open install has its key or answer file sealed under it, and to be dropped then. */
export function judgePrevious(secrets: { current: string; previous: string; open: readonly InstallRecord[] }): Finding {
  const { current, previous, open } = secrets;
  if (current === previous) {
    return warn('is the same as `XEPA_SECRET`: nothing was rotated', 'Put a new value into `XEPA_SECRET`');
  }
  const id = keyIdOf(previous);
  const needing = open.filter(({ sealed }) =>
    [sealed.sshKey, sealed.answer].some((value) => value?.split('.')[1] === id),
  );
  if (needing.length > 0) {
    const ids = needing.slice(0, 3).map((record) => record.id);
    return ok(`still needed by ${needing.length} open installs (${ids.join(', ')})`);
  }
  const todo =
    'Take it out of the settings and restart. Recordings that were made under it cannot be played after that';
  return warn('no open install needs it any more, and it is still accepted', todo);
}

/** Shannon's measure of the text as it stands: an upper bound for what went into it. */
function bitsOf(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  return [...counts.values()].reduce((bits, count) => bits - count * Math.log2(count / text.length), 0);
}
