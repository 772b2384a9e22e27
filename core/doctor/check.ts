import { XepaError } from '../errors.ts';

/** `warn`: it works, but not as it should. `fail`: it does not work. `skipped`: it could not, or need not, be looked at. */
export type CheckState = 'ok' | 'warn' | 'fail' | 'skipped';

/** What a check found, as sentences without a full stop; commands stand in backticks. `todo` says what to do about it. */
export interface Finding {
  state: CheckState;
  says: string;
  todo?: string;
}

/** The parts of XEPA that are looked at, in the order in which they are shown. */
export const partNames = [
  'settings',
  'redis',
  'slack',
  'worker',
  'providers',
  'console',
  'secrets',
  'isos',
  'policy',
  'disk',
  'network',
  'rescue',
] as const;
export type PartName = (typeof partNames)[number];

/** One thing to look at. It changes nothing, and ends when its limit is over. */
export interface Check {
  part: PartName;
  name: string;
  limitMs: number;
  /** A throw is a failed check. */
  run(signal: AbortSignal): Promise<Finding>;
}

/** A finding with what it is about. */
export interface Line extends Finding {
  part: PartName;
  name: string;
}

export const ok = (says: string): Finding => ({ state: 'ok', says });
export const warn = (says: string, todo: string): Finding => ({ state: 'warn', says, todo });
export const fail = (says: string, todo: string): Finding => ({ state: 'fail', says, todo });
export const skipped = (says: string, todo?: string): Finding => ({
  state: 'skipped',
  says,
  ...(todo === undefined ? {} : { todo }),
});

/**
 * Runs all checks at the same time; the lines come in the order of the checks.
 * @param secrets texts that no line may hold, whatever an error message quotes
 */
export async function runChecks(checks: readonly Check[], secrets: readonly string[]): Promise<Line[]> {
  return Promise.all(
    checks.map(async (check) => {
      const { state, says, todo } = await findingOf(check);
      const hidden = todo === undefined ? {} : { todo: withoutSecrets(todo, secrets) };
      return { part: check.part, name: check.name, state, says: withoutSecrets(says, secrets), ...hidden };
    }),
  );
}

/** Reads once for several checks. */
export function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}

/** A check's `run` on what another check reads; when that could not be read, the other one says why. */
export function looksAt<T>(read: () => Promise<T>, judge: (reading: T) => Finding, missing: string): Check['run'] {
  return async () => {
    const reading = await read().catch(() => null);
    return reading === null ? skipped(missing) : judge(reading);
  };
}

async function findingOf(check: Check): Promise<Finding> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => resolve(overTime(check.limitMs)), check.limitMs);
  });
  try {
    return await Promise.race([check.run(stop.signal), late]);
  } catch (thrown) {
    return broken(thrown);
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}

function overTime(limitMs: number): Finding {
  return fail(`no answer within ${limitMs / 1000} s`, 'Look at the network and the load, then try again');
}

function broken(thrown: unknown): Finding {
  if (thrown instanceof XepaError) return fail(thrown.userMessage, 'See to what it says, then try again');
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  return fail(`the check itself did not work: ${said}`, 'Try again; if it stays, report it');
}

/** Shorter ones could be part of any word; no setting that holds a secret accepts them. */
const SHORTEST_SECRET = 6;

function withoutSecrets(text: string, secrets: readonly string[]): string {
  const known = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  // The longest first: one may be a part of another.
  return known
    .toSorted((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, '[secret]'), text);
}
