import { expect, test } from 'vitest';
import { botSettings, oauthAppOf, readConfig, transportOf } from '../../bot/config.ts';

const good = {
  REDIS_URL: 'redis://127.0.0.1',
  XEPA_SECRET: 's'.repeat(32),
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_APP_TOKEN: 'xapp-1',
  XEPA_PUBLIC_URL: 'https://xepa.example.com/',
};

test('the defaults are safe: production needs approval, links live two minutes', () => {
  expect(readConfig(good)).toMatchObject({
    XEPA_SLACK_MODE: 'socket',
    XEPA_PROTECTED_TAGS: ['prod', 'production'],
    XEPA_APPROVAL_MINUTES: 60,
    XEPA_TICKET_SECONDS: 120,
    XEPA_PUBLIC_URL: 'https://xepa.example.com',
    XEPA_APPROVERS: [],
    XEPA_ISO_ALLOW: [],
  });
});

test('each way of hearing from Slack needs its own secret', () => {
  expect(transportOf(readConfig(good))).toEqual({ mode: 'socket', appToken: 'xapp-1' });
  const http = { ...good, XEPA_SLACK_MODE: 'http', SLACK_SIGNING_SECRET: 's'.repeat(32) };
  expect(transportOf(readConfig(http))).toEqual({ mode: 'http', signingSecret: 's'.repeat(32) });
  expect(() => readConfig({ ...good, SLACK_APP_TOKEN: '' })).toThrow(/SLACK_APP_TOKEN: is required in socket mode/);
  expect(() => readConfig({ ...good, XEPA_SLACK_MODE: 'http' })).toThrow(
    /SLACK_SIGNING_SECRET: is required in http mode/,
  );
});

test('a bot has a token of its own or an app that workspaces install, never both or neither', () => {
  const app = { SLACK_CLIENT_ID: '12345.67890', SLACK_CLIENT_SECRET: 'a-client-secret' };
  const http = { ...good, SLACK_BOT_TOKEN: '', XEPA_SLACK_MODE: 'http', SLACK_SIGNING_SECRET: 's'.repeat(32) };
  const teams = { XEPA_SLACK_TEAMS: 'T01, E02' };
  expect(oauthAppOf(readConfig(good))).toBeNull();
  expect(oauthAppOf(readConfig({ ...http, ...app, ...teams }))).toEqual({
    ...{ clientId: '12345.67890', clientSecret: 'a-client-secret' },
    teams: ['T01', 'E02'],
  });
  // Nobody may install until somebody is named.
  expect(oauthAppOf(readConfig({ ...http, ...app }))?.teams).toEqual([]);
  for (const [wrong, why] of [
    [http, /SLACK_BOT_TOKEN: is required/],
    [{ ...http, ...app, SLACK_BOT_TOKEN: 'xoxb-1' }, /SLACK_BOT_TOKEN: cannot be set together/],
    [{ ...http, ...app, SLACK_CLIENT_SECRET: '' }, /SLACK_CLIENT_SECRET: is required/],
    [{ ...http, ...app, SLACK_CLIENT_ID: '' }, /SLACK_CLIENT_ID: is required/],
    [{ ...good, ...app, SLACK_BOT_TOKEN: '' }, /SLACK_CLIENT_ID: needs XEPA_SLACK_MODE=http/],
    [{ ...good, ...teams }, /XEPA_SLACK_TEAMS: needs SLACK_CLIENT_ID/],
    [{ ...http, ...app, XEPA_SLACK_TEAMS: 'metal' }, /XEPA_SLACK_TEAMS: must be ids/],
  ] as const) {
    expect(() => readConfig(wrong)).toThrow(why);
  }
});

test('everything wrong is told at once', () => {
  const wrong = { XEPA_TICKET_SECONDS: '30', SLACK_BOT_TOKEN: 'nonsense', XEPA_ISO_ALLOW: 'mirror', XEPA_ISOS: '{' };
  let message = '';
  try {
    readConfig({ ...good, ...wrong });
  } catch (err) {
    message = String(err);
  }
  for (const name of Object.keys(wrong)) expect(message).toContain(`${name}: `);
});

test('what depends on several settings is told beside what is wrong with one of them', () => {
  const nothing = { XEPA_LOG_LEVEL: 'loud' };
  const names = ['XEPA_LOG_LEVEL', 'XEPA_SECRET', 'XEPA_PUBLIC_URL', 'SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'REDIS_URL'];
  for (const name of names) expect(() => readConfig(nothing)).toThrow(`  ${name}: `);
  const http = { ...nothing, XEPA_SLACK_MODE: 'http', SLACK_CLIENT_SECRET: 'a-client-secret' };
  for (const name of ['SLACK_SIGNING_SECRET', 'SLACK_CLIENT_ID', 'SLACK_BOT_TOKEN'])
    expect(() => readConfig(http)).toThrow(`  ${name}: is required`);
  expect(() => readConfig(http)).not.toThrow('SLACK_APP_TOKEN');
  // Of a mode that is none, nobody knows what it needs.
  expect(() => readConfig({ XEPA_SLACK_MODE: 'pigeon' })).not.toThrow(/SLACK_APP_TOKEN|SLACK_SIGNING_SECRET/);
});

test('every setting says what it is for', () => {
  for (const [name, schema] of Object.entries(botSettings))
    expect([name, schema.description]).toEqual([name, expect.any(String)]);
});
