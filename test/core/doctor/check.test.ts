import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Check, looksAt, ok, once, runChecks, warn } from '../../../core/doctor/check.ts';
import { secretValues } from '../../../core/doctor/secret-values.ts';
import { XepaError } from '../../../core/errors.ts';

const check = (run: Check['run'], limitMs = 1_000): Check => ({ part: 'redis', name: 'one', limitMs, run });
const stateOf = async (one: Check) => (await runChecks([one], []))[0];

describe('running checks', () => {
  test('keeps their order, whichever is done first', async () => {
    const slow = check(() => new Promise((resolve) => setTimeout(() => resolve(ok('slow')), 20)));
    const lines = await runChecks([slow, check(async () => warn('quick', 'do it'))], []);
    expect(lines).toEqual([
      { part: 'redis', name: 'one', state: 'ok', says: 'slow' },
      { part: 'redis', name: 'one', state: 'warn', says: 'quick', todo: 'do it' },
    ]);
  });

  test('a check that never answers fails when its limit is over, and is told to stop', async () => {
    let stopped = false;
    const never = check((signal) => {
      signal.addEventListener('abort', () => {
        stopped = true;
      });
      return new Promise(() => undefined);
    }, 10);
    expect(await stateOf(never)).toMatchObject({ state: 'fail', says: 'no answer within 0.01 s' });
    expect(stopped).toBe(true);
  });

  test('a check that throws fails with the sentence for people', async () => {
    const told = check(async () => {
      throw new XepaError('redis-down', { message: 'ECONNREFUSED', userMessage: 'Redis does not answer.' });
    });
    expect(await stateOf(told)).toMatchObject({ state: 'fail', says: 'Redis does not answer.' });
    const odd = check(async () => {
      throw new TypeError('x is not a function');
    });
    expect((await stateOf(odd))?.says).toContain('x is not a function');
  });

  test('what another check reads is read once, and skipped when it could not be read', async () => {
    let reads = 0;
    const read = once(async () => {
      reads += 1;
      return reads;
    });
    const judge = (reading: number) => ok(`read ${reading}`);
    const lines = await runChecks([check(looksAt(read, judge, 'no')), check(looksAt(read, judge, 'no'))], []);
    expect(lines.map((line) => line.says)).toEqual(['read 1', 'read 1']);
    const broken = once(async (): Promise<number> => {
      throw new Error('away');
    });
    expect(await stateOf(check(looksAt(broken, judge, 'it is away')))).toMatchObject({
      state: 'skipped',
      says: 'it is away',
    });
  });

  test('no line holds a secret, wherever an error has put it', async () => {
    const secret = fc.string({ minLength: 6, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.array(secret, { minLength: 1, maxLength: 4 }), fc.string(), async (secrets, text) => {
        const said = secrets.map((one) => `${text}${one}${text}`).join(' ');
        const [line] = await runChecks([check(async () => warn(said, said))], secrets);
        const shown = `${line?.says}${line?.todo}`.replaceAll('[secret]', '');
        return secrets.every((one) => !shown.includes(one) || '[secret]'.includes(one));
      }),
    );
  });
});

test('secrets are known by the names of their settings, and the password of Redis by its place', () => {
  const values = secretValues({
    SLACK_BOT_TOKEN: 'xoxb-1',
    XEPA_SECRET: 'deep-secret',
    XEPA_SECRET_PREVIOUS: undefined,
    XEPA_PUBLIC_URL: 'https://xepa.example.com',
    XEPA_TICKET_SECONDS: 120,
    REDIS_URL: 'rediss://xepa:p%40ss-word@redis.example.com:6379/0',
  });
  expect(values).toEqual(['xoxb-1', 'deep-secret', 'p%40ss-word', 'p@ss-word']);
  expect(secretValues({ REDIS_URL: 'unix:///run/redis.sock' })).toEqual([]);
});
