import { expect, test } from 'vitest';
import { botSettings, readConfig, transportOf } from '../../bot/config.ts';

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

test('every setting says what it is for', () => {
  for (const [name, schema] of Object.entries(botSettings))
    expect([name, schema.description]).toEqual([name, expect.any(String)]);
});
