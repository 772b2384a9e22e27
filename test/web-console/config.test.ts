import { describe, expect, it } from 'vitest';
import { ConsoleSettings, readConsoleSettings } from '../../web-console/config.ts';

const needed = { XEPA_SECRET: 's'.repeat(32), XEPA_PUBLIC_URL: 'https://xepa.example.org' };

describe('the console’s settings', () => {
  it('have defaults for all but the secret and the public URL', () => {
    expect(readConsoleSettings(needed)).toMatchObject({
      XEPA_CONSOLE_PORT: 8080,
      XEPA_BIND: '0.0.0.0',
      XEPA_SESSION_HOURS: 8,
      XEPA_IDLE_MINUTES: 30,
      XEPA_TRUST_PROXY: 0,
    });
  });

  it.each([
    ['https://xepa.example.org/', 'https://xepa.example.org'],
    ['https://XEPA.example.org:443', 'https://xepa.example.org'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('take %s as the origin %s', (given, origin) => {
    expect(readConsoleSettings({ ...needed, XEPA_PUBLIC_URL: given }).XEPA_PUBLIC_URL).toBe(origin);
  });

  it.each([
    ['plain http elsewhere', 'http://xepa.example.org', /must be https/],
    ['a name that only begins like loopback', 'http://localhost.example.org', /must be https/],
    ['a path', 'https://example.org/xepa', /without a path/],
    ['a user name', 'https://a@example.org', /host and port only/],
    ['no URL', 'xepa', /must be an http/],
  ])('refuse %s', (_what, given, reason) => {
    expect(() => readConsoleSettings({ ...needed, XEPA_PUBLIC_URL: given })).toThrow(reason);
  });

  it('each say what they are for', () => {
    for (const [name, setting] of Object.entries(ConsoleSettings.shape)) expect(setting.description, name).toBeTruthy();
  });
});
