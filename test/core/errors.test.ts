import { describe, expect, it } from 'vitest';
import { toXepaError, XepaError } from '../../core/errors.ts';

describe('toXepaError', () => {
  it('leaves ours as it is', () => {
    const ours = new XepaError('device-busy', { message: 'm', userMessage: 'u' });
    expect(toXepaError(ours)).toBe(ours);
    expect(ours).toMatchObject({ name: 'XepaError', retry: 'no', retryAfterSeconds: undefined });
    expect('cause' in ours).toBe(false);
  });

  it('keeps the message of an unexpected one for the log, and gives people none of it', () => {
    const cause = new TypeError('secret detail');
    const error = toXepaError(cause);
    expect(error).toMatchObject({ code: 'internal', message: 'secret detail', retry: 'backoff', cause });
    expect(error.userMessage).not.toContain('secret detail');
  });

  it.each([
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{}, '[object Object]'],
  ])('takes %j, which is no error at all', (thrown, message) => {
    expect(toXepaError(thrown)).toMatchObject({ code: 'internal', message });
  });
});
