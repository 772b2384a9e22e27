import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseEnv } from '../../core/env.ts';
import { keyOf } from '../../core/keyring.ts';
import { commonSettings, keyringOf, requireRedisUrl, sharedSettings } from '../../core/settings.ts';

const secret = 's'.repeat(32);
const common = (source: Record<string, string>) =>
  parseEnv(z.object(commonSettings), { XEPA_SECRET: secret, ...source });
const shared = (source: Record<string, string>) => parseEnv(z.object(sharedSettings), source);

describe('the secret', () => {
  it.each([
    [{ XEPA_SECRET: '' }, /XEPA_SECRET: is required: at least 32 characters, for example/],
    [{ XEPA_SECRET: 'short' }, /XEPA_SECRET: is too short: at least 32 characters/],
    [{ XEPA_SECRET_PREVIOUS: 'short' }, /XEPA_SECRET_PREVIOUS/],
  ])('%j is refused with what to do', (source, sentence) => {
    expect(() => common(source)).toThrow(sentence);
  });

  it('of before the rotation is still accepted, and the new one seals', () => {
    const before = keyringOf(common({}));
    const after = keyringOf(common({ XEPA_SECRET: 'n'.repeat(32), XEPA_SECRET_PREVIOUS: secret }));
    expect(after).toHaveLength(2);
    expect(keyOf(after, before[0].id)).toEqual(before[0]);
    expect(after[0].id).not.toBe(before[0].id);
  });
});

describe('REDIS_URL', () => {
  it.each(['redis://h', 'redis://h:6379/2', 'rediss://u:p%40@h:1', 'redis://[::1]:6379', 'unix:///run/redis.sock'])(
    'may be %s',
    (url) => {
      expect(requireRedisUrl(common({ REDIS_URL: url }))).toBe(url);
    },
  );

  it.each(['http://h', 'h:6379', 'redis://', 'redis://h:99999', 'redis://h/zero', 'unix://relative'])(
    'may not be %s',
    (url) => {
      expect(() => common({ REDIS_URL: url })).toThrow(/REDIS_URL: must be redis:\/\/host:port/);
    },
  );

  it('is asked for by a process that shares it', () => {
    expect(() => requireRedisUrl(common({}))).toThrow(/REDIS_URL is not set.*npm start/);
  });
});

describe('XEPA_PUBLIC_URL', () => {
  it('is asked for where it is missing', () => {
    expect(() => shared({})).toThrow(/XEPA_PUBLIC_URL: is required: an http\(s\) URL/);
  });

  it.each([
    ['https://xepa.example.org/', 'https://xepa.example.org'],
    ['https://xepa.example.org:443', 'https://xepa.example.org'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('%s is the origin %s', (given, origin) => {
    expect(shared({ XEPA_PUBLIC_URL: given })).toEqual({ XEPA_PUBLIC_URL: origin, XEPA_BIND: '0.0.0.0' });
  });

  it.each([
    ['http://xepa.example.org', /must be https/],
    ['http://localhost.example.org', /must be https/],
    ['https://example.org/xepa', /without a path/],
    ['https://a@example.org', /host and port only/],
    ['xepa', /must be an http/],
  ])('%s is refused', (given, sentence) => {
    expect(() => shared({ XEPA_PUBLIC_URL: given })).toThrow(sentence);
  });
});
