import { describe, expect, it } from 'vitest';
import { redisOptions } from '../../core/redis.ts';

describe('the address of a Redis', () => {
  it.each([
    ['redis://h', { host: 'h', port: 6379, db: 0 }],
    ['redis://h:1234/3', { host: 'h', port: 1234, db: 3 }],
    ['rediss://h', { host: 'h', port: 6379, db: 0, tls: {} }],
    ['redis://[::1]:7', { host: '::1', port: 7, db: 0 }],
    ['redis://user:p%40ss%2F@h', { host: 'h', port: 6379, db: 0, username: 'user', password: 'p@ss/' }],
    ['redis://:only@h', { host: 'h', port: 6379, db: 0, password: 'only' }],
    ['unix:///run/my redis/r.sock', { path: '/run/my redis/r.sock' }],
  ])('%s is understood', (url, expected) => {
    const {
      retryStrategy: _retry,
      maxRetriesPerRequest: _max,
      enableOfflineQueue: _queue,
      ...endpoint
    } = redisOptions(url, 'producer');
    expect(endpoint).toEqual(expected);
  });
});

describe('patience', () => {
  it('is none for who wants an answer, and endless for who waits', () => {
    expect(redisOptions('redis://h', 'producer')).toMatchObject({ maxRetriesPerRequest: 1, enableOfflineQueue: false });
    expect(redisOptions('redis://h', 'consumer')).toMatchObject({
      maxRetriesPerRequest: null,
      enableOfflineQueue: true,
    });
  });

  it('grows between tries, up to two seconds', () => {
    const { retryStrategy } = redisOptions('redis://h', 'consumer');
    expect([1, 2, 20, 500].map(retryStrategy)).toEqual([100, 200, 2_000, 2_000]);
  });
});
