import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { connectRedis } from '../../core/redis.ts';
import { freePort } from '../support/free-port.ts';
import { startPrivateRedis } from '../support/private-redis.ts';

let server: EmbeddedRedis;
let port: number;
let admin: Redis;

beforeAll(async () => {
  server = await startPrivateRedis();
  port = await freePort();
  admin = await connectRedis(server.url, 'producer');
  await admin.config('SET', 'port', String(port));
  await admin.call('ACL', 'SETUSER', 'xepa', 'on', '>p@ss/word', '~*', '&*', '+@all');
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

const failure = (url: string) => connectRedis(url, 'producer', 300).then(() => 'connected', String);

it('logs in with a name and a password that a URL has to write in percent signs', async () => {
  const redis = await connectRedis(`redis://xepa:p%40ss%2Fword@127.0.0.1:${port}/2`, 'producer');
  await redis.set('k', 'v');
  expect(await redis.call('ACL', 'WHOAMI')).toBe('xepa');
  redis.disconnect();
});

it.each(['p%40ss', 'p@ss', 'wrong'])('says what Redis said, and never the password %s', async (password) => {
  const said = await failure(`redis://xepa:${password}@127.0.0.1:${port}`);
  expect(said).toMatch(/no answer from Redis at redis:\/\/127\.0\.0\.1:\d+ \(.*WRONGPASS/);
  expect(said).not.toContain(password);
  expect(said).not.toContain('ss@');
});

it('says why nobody answers', async () => {
  expect(await failure(`redis://127.0.0.1:${await freePort()}`)).toContain('ECONNREFUSED');
});
