import type { Installation } from '@slack/bolt';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Installations, openInstallations } from '../../bot/installations.ts';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { parseKeyring } from '../../core/keyring.ts';
import { connectRedis } from '../../core/redis.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { startPrivateRedis } from '../support/private-redis.ts';

const secret = 'the secret of last year, 32 characters';
const newer = 'the secret of this year, 32 characters';
const hash = 'xepa:slack:installations';
const clock = new FakeClock(Date.UTC(2026, 10, 22));
let server: EmbeddedRedis;
let redis: Redis;
let installations: Installations;

const under = (keyring = parseKeyring(secret), teams = ['T01', 'T02', 'E01']) =>
  openInstallations({ redis, clock, keyring }, teams);

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = await connectRedis(server.url, 'consumer');
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(async () => {
  await redis.flushall();
  installations = under();
});

/** As Bolt hands it over. */
function given(id: string, token = 'xoxb-very-private'): Installation<'v2', boolean> {
  const org = id.startsWith('E');
  return {
    ...{ team: org ? undefined : { id, name: 'Metal' }, enterprise: org ? { id } : undefined },
    ...{ isEnterpriseInstall: org, authVersion: 'v2', tokenType: 'bot', appId: 'A01XEPA' },
    user: { id: 'U01ALICE', token: undefined, scopes: undefined },
    bot: { token, userId: 'U0XEPA', id: 'B01', scopes: ['chat:write'] },
  };
}

const query = (teamId: string, enterpriseId?: string) => ({
  ...{ teamId, enterpriseId, userId: 'U01ALICE', conversationId: 'C01' },
  isEnterpriseInstall: enterpriseId !== undefined,
});

test('what was stored is found, and its token stands nowhere in clear', async () => {
  await installations.storeInstallation(given('T01'));
  expect((await installations.fetchInstallation(query('T01'))).bot?.token).toBe('xoxb-very-private');
  expect(await installations.ids()).toEqual(['T01']);
  const [kept = ''] = await redis.hvals(hash);
  expect(kept).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]+$/);
  expect(Buffer.from(kept.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('xoxb');
});

test('a sealed token cannot be moved to another workspace', async () => {
  await installations.storeInstallation(given('T01'));
  await redis.hset(hash, 'T02', (await redis.hget(hash, 'T01')) ?? '');
  await expect(installations.find('T02')).rejects.toMatchObject({ code: 'sealed-by-other-key' });
});

test('a workspace that never was, or is not named, is unknown', async () => {
  await installations.storeInstallation(given('T01'));
  const shorter = under(parseKeyring(secret), ['T02']);
  await expect(installations.fetchInstallation(query('T02'))).rejects.toThrow('not installed in T02');
  await expect(shorter.fetchInstallation(query('T01'))).rejects.toThrow('not installed in T01');
  expect([await shorter.find('T01'), await shorter.ofTeam('T01'), await shorter.ids()]).toEqual([null, null, ['T01']]);
});

test("an organisation's install serves its workspaces, also those that only records name", async () => {
  await installations.storeInstallation(given('E01', 'xoxb-org'));
  expect(await installations.ofTeam('T07')).toBeNull();
  expect((await installations.fetchInstallation(query('T07', 'E01'))).bot?.token).toBe('xoxb-org');
  expect((await installations.ofTeam('T07'))?.installation.bot.token).toBe('xoxb-org');
  expect(await installations.teamsOf('E01')).toEqual(['T07']);
  await installations.remove('E01', clock.now());
  expect(await installations.ofTeam('T07')).toBeNull();
});

test("a workspace that its organisation took out is served no more, and the organisation's others are", async () => {
  await installations.storeInstallation(given('E01', 'xoxb-org'));
  for (const team of ['T07', 'T08']) await installations.fetchInstallation(query(team, 'E01'));
  // Of another organisation than the one that it is of.
  expect(await installations.leave('T07', 'E02')).toBe(false);
  expect([await installations.leave('T07', 'E01'), await installations.leave('T07', 'E01')]).toEqual([true, false]);
  expect([await installations.ofTeam('T07'), await installations.teamsOf('E01')]).toEqual([null, ['T08']]);
  await installations.fetchInstallation(query('T07', 'E01'));
  expect((await installations.ofTeam('T07'))?.id).toBe('E01');
});

test('news of an organisation come from none of its workspaces', async () => {
  await installations.storeInstallation(given('E01', 'xoxb-org'));
  // As Bolt passes on what Slack sends, whatever its types say.
  await installations.fetchInstallation({ ...query('', 'E01'), teamId: null as unknown as string });
  expect(await installations.teamsOf('E01')).toEqual([]);
});

test('a new install is another version, and is not taken away by older news', async () => {
  await installations.storeInstallation(given('T01', 'xoxb-old'));
  const before = await installations.find('T01');
  clock.forward(60_000);
  await installations.storeInstallation(given('T01', 'xoxb-new'));
  expect((await installations.find('T01'))?.version).not.toBe(before?.version);
  expect(await installations.remove('T01', clock.now() - 1)).toBe(false);
  expect((await installations.find('T01'))?.installation.bot.token).toBe('xoxb-new');
  expect([await installations.remove('T01', clock.now()), await redis.exists(hash)]).toEqual([true, 0]);
  expect(await installations.remove('T01', clock.now())).toBe(false);
});

test('an install without a bot is not kept', async () => {
  const { bot: _bot, ...without } = given('T01');
  await expect(installations.storeInstallation(without)).rejects.toThrow();
  expect(await installations.ids()).toEqual([]);
});

describe('when XEPA_SECRET is rotated', () => {
  const rotated = () => under(parseKeyring(newer, secret));

  test('tokens stay, and after they were sealed again the old secret may go', async () => {
    await installations.storeInstallation(given('T01'));
    await installations.storeInstallation(given('E01', 'xoxb-org'));
    expect((await rotated().find('T01'))?.installation.bot.token).toBe('xoxb-very-private');
    expect([await rotated().reseal(), await rotated().reseal()]).toEqual([2, 0]);
    expect((await under(parseKeyring(newer)).find('E01'))?.installation.bot.token).toBe('xoxb-org');
  });

  test('one that no secret opens is an error, keeps no other from being sealed again, and can be removed and replaced', async () => {
    await installations.storeInstallation(given('T01'));
    const later = under(parseKeyring(newer));
    await expect(later.find('T01')).rejects.toMatchObject({ code: 'sealed-by-other-key' });
    await under(parseKeyring('some other secret of 32 characters!')).storeInstallation(given('T02'));
    expect(await rotated().reseal()).toBe(1);
    expect(await later.remove('T02', clock.now())).toBe(true);
    await later.storeInstallation(given('T02', 'xoxb-again'));
    expect((await later.find('T02'))?.installation.bot.token).toBe('xoxb-again');
  });
});
