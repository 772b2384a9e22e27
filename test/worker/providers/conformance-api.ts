import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { XepaError } from '../../../core/errors.ts';
import { createLogger } from '../../../core/log.ts';
import type { Provider } from '../../../worker/providers/types.ts';
import type { Fault } from '../../lab/cloud/faults.ts';
import { installKey, isSilent, type ProviderUnderTest, persist, requestNow } from './conformance.ts';

/** A provider behind an API that can be made to fail. */
export interface ApiUnderTest extends ProviderUnderTest {
  /** The same adapter with credentials that the API does not know. */
  impostor(): Provider;
  /** A device of somebody else's account. */
  strangerId: string;
  /** What no message, error or log line may hold. */
  secrets: readonly string[];
  fail(fault: Fault): void;
  /** Disarms all faults. */
  heal(): void;
  /** Requests that came so far. */
  calls(): number;
  /** An error as this API words it. */
  errorBody(text: string): unknown;
  /** Makes the device one that may not be worked on, in each way that this provider has. */
  blocks: readonly [what: string, block: (test: ApiUnderTest) => void, sentence: RegExp][];
}

const never = new AbortController().signal;
const anyCall = /./;

/** What each method of the port does when it is asked now. */
const methods: Record<string, (test: ApiUnderTest, deviceId?: string) => Promise<unknown>> = {
  listDevices: ({ provider }) => provider.listDevices(never),
  getServer: ({ provider, deviceId }, id = deviceId) => provider.getServer(id, never),
  addKey: ({ provider, deviceId }, id = deviceId) => provider.addKey(id, installKey, never),
  removeKey: ({ provider, deviceId }, id = deviceId) => provider.removeKey(id, installKey.label, never),
  enterRescue: ({ provider, deviceId }, id = deviceId) => provider.enterRescue(id, unasked, never),
  rescueAccess: ({ provider, deviceId }, id = deviceId) => provider.rescueAccess(id, unasked, never),
  leaveRescue: ({ provider, deviceId }, id = deviceId) => provider.leaveRescue(id, unasked, never),
};
const unasked = { marker: '', saved: {}, key: installKey };
const ofDevice = ['getServer', 'enterRescue', 'rescueAccess', 'leaveRescue'];

/** How every adapter of an API bears an API that refuses, is slow, lies or is away. */
export function describeApiProvider(name: string, start: () => Promise<ApiUnderTest>): void {
  describe(`${name} bears an API that fails`, () => {
    let test: ApiUnderTest;
    beforeEach(async () => {
      test = await start();
    });
    afterEach(() => test.close());

    const ask = (method: string, id?: string) => (methods[method] ?? methods.getServer)?.(test, id);
    /** Where a key needs no call of its own, nothing of it can fail. */
    const expectFailure = async (method: string, as: object, what = method) => {
      const silent = isSilent(test.provider) && /Key$/.test(method);
      const before = test.calls();
      if (silent) await expect(ask(method), what).resolves.toBeUndefined();
      else await expect(ask(method), what).rejects.toMatchObject(as);
      expect(test.calls() > before, what).toBe(!silent);
    };

    it.each(ofDevice)('%s does not know a device of another account, and restarts nothing', async (method) => {
      await expect(ask(method, test.strangerId)).rejects.toMatchObject({ code: 'not-found', retry: 'no' });
      expect(await test.restarts()).toEqual([]);
    });

    it('says that the credentials are wrong, at the first call', async () => {
      await expect(test.impostor().listDevices(never)).rejects.toMatchObject({
        ...{ code: 'provider-auth', retry: 'no' },
        userMessage: expect.stringMatching(/refuses XEPA's credentials.*should check/),
      });
      expect(test.calls()).toBe(1);
    });

    it.each(Object.keys(methods))('%s says when the credentials may not do this', async (method) => {
      test.fail({ path: anyCall, status: 403, times: 9 });
      await expectFailure(method, {
        ...{ code: 'provider-auth', retry: 'no' },
        userMessage: expect.stringContaining('does not let them do this'),
      });
      expect(await test.restarts()).toEqual([]);
    });

    it.each(Object.keys(methods))('%s is worth another try when the API is away, and did nothing', async (method) => {
      for (const status of [500, 502, 503, 504, 'cut'] as const) {
        // More than one: a call that only reads is repeated by the HTTP client itself when its line is cut.
        test.fail({ path: anyCall, status, times: 9 });
        const away = { code: 'provider-unavailable', retry: 'backoff' };
        const said = { userMessage: expect.stringContaining('does not work right now') };
        await expectFailure(method, { ...away, ...said }, `${method} ${status}`);
        test.heal();
      }
      expect(await test.restarts()).toEqual([]);
    });

    it.each(Object.keys(methods))('%s is worth another try when somebody else is at work there', async (method) => {
      test.fail({ path: anyCall, status: 409, times: 9 });
      await expectFailure(method, { code: 'provider-rejected', retry: 'backoff' });
    });

    it.each([
      [{ 'Retry-After': '7' }, 7],
      [{ 'Retry-After': '86400' }, 600],
      [{ 'Retry-After': 'soon' }, 0],
      [{ 'Retry-After': '-5' }, 0],
      [{}, 0],
    ])('slows down as %j asks, within reason', async (headers, retryAfterSeconds) => {
      test.fail({ path: anyCall, status: 429, headers });
      const slow = { code: 'provider-rate-limited', retry: 'backoff', retryAfterSeconds };
      await expect(ask('getServer')).rejects.toMatchObject(slow);
    });

    it.each([
      ['a page of HTML', '<html><body>Welcome</body></html>'],
      ['half of an answer', '{"server": {"na'],
      ['another shape', '{"hello":"world"}'],
      ['a list of nothing in particular', '[null, 7]'],
      ['a bare text', '"ok"'],
      ['nothing', ''],
    ])('does not trust %s, and restarts nothing', async (_what, text) => {
      for (const method of ['listDevices', 'getServer', 'rescueAccess']) {
        test.fail({ path: anyCall, status: 200, text, times: 9 });
        await expect(ask(method), method).rejects.toMatchObject({
          ...{ code: 'provider-unavailable', retry: 'backoff' },
          userMessage: expect.stringContaining('not understood'),
        });
        test.heal();
      }
      expect(await test.restarts()).toEqual([]);
    });

    it('is left when it hangs and the step is stopped', async () => {
      test.fail({ path: anyCall, status: 'hang', times: 9 });
      const stopped = test.provider.getServer(test.deviceId, AbortSignal.timeout(50));
      await expect(stopped).rejects.toThrow(/timeout|abort/);
    });

    it.each(Object.keys(methods))('%s puts no secret into an error or a log', async (method) => {
      const lines: string[] = [];
      const log = createLogger('test', 'trace', { write: (line) => void lines.push(line) });
      for (const status of [400, 401, 403, 404, 409, 422, 429, 500, 200, 'cut'] as const) {
        test.fail({ path: anyCall, status, body: test.errorBody(`seen: ${test.secrets.join(' ')}`), times: 9 });
        const error: unknown = await ask(method)?.catch((thrown: unknown) => thrown);
        test.heal();
        log.warn({ err: error }, 'a step failed');
        if (error instanceof XepaError) lines.push(error.message, error.userMessage, String(error.stack));
      }
      expect(lines.length).toBeGreaterThanOrEqual(10);
      for (const secret of test.secrets) expect(lines.filter((line) => line.includes(secret))).toEqual([]);
    });

    it('says of each device that may not be worked on why, and what to do', async () => {
      expect(test.blocks.length).toBeGreaterThan(0);
      for (const [what, block, sentence] of test.blocks) {
        const other = await start();
        block(other);
        const { blocked } = await other.provider.getServer(other.deviceId, never);
        expect(blocked, what).toMatch(sentence);
        expect(await other.restarts(), what).toEqual([]);
        await other.close();
      }
    });

    it('enters for a later request again', async () => {
      for (const expected of [['rescue'], ['rescue', 'rescue']]) {
        const asked = await requestNow(test.provider, test.deviceId);
        await test.provider.addKey(test.deviceId, asked.key, never);
        await persist(async () => {
          await test.restarts();
          await test.provider.enterRescue(test.deviceId, asked, never);
        });
        expect(await test.restarts()).toEqual(expected);
      }
    });
  });
}
