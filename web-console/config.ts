import { z } from 'zod';
import { integer, parseEnv, webUrl } from '../core/env.ts';
import { commonSettings } from '../core/settings.ts';

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/** Settings of the web console; the configuration table of the README is made from these descriptions. */
export const ConsoleSettings = z.object({
  ...commonSettings,
  XEPA_PUBLIC_URL: publicUrl().describe(
    'the one address people open the console at: https://host, or http on loopback',
  ),
  XEPA_CONSOLE_PORT: integer({ min: 1, max: 65_535, default: 8080 }).describe('port the web console listens on'),
  XEPA_BIND: z.string().default('0.0.0.0').describe('address the web console listens on'),
  XEPA_PAGE_DIR: z.string().default('dist/web-console/public').describe('folder that `bin/build-page.ts` filled'),
  XEPA_SESSION_HOURS: integer({ min: 1, max: 24, default: 8 }).describe('hours after which a console session ends'),
  XEPA_IDLE_MINUTES: integer({ min: 3, max: 480, default: 30 }).describe(
    'minutes without input until a console closes',
  ),
  XEPA_TRUST_PROXY: integer({ min: 0, max: 10, default: 0 }).describe('number of reverse proxies in front of us'),
  XEPA_VIEWERS_PER_INSTALL: integer({ min: 1, max: 100, default: 9 }).describe('open screens per install and process'),
  XEPA_VIEWERS_PER_PERSON: integer({ min: 1, max: 100, default: 20 }).describe('open screens per person and process'),
  XEPA_VIEWERS_TOTAL: integer({ min: 1, max: 10_000, default: 500 }).describe('open screens per process'),
});
export type ConsoleSettings = z.infer<typeof ConsoleSettings>;

/** @throws XepaError bad-config that lists every bad setting at once */
export function readConsoleSettings(
  source: Readonly<Record<string, string | undefined>> = process.env,
): ConsoleSettings {
  return parseEnv(ConsoleSettings, source);
}

/** An origin without a path. Plain http is for loopback alone: the session cookie must not cross a network in clear. */
function publicUrl() {
  return webUrl()
    .refine((text) => isOrigin(text), 'must be scheme, host and port only, without a path')
    .refine((text) => isSafe(text), 'must be https (http is accepted for localhost and 127.0.0.1 only)')
    .transform((text) => new URL(text).origin);
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { pathname, search, hash, username } = new URL(text);
  return pathname === '/' && search === '' && hash === '' && username === '';
}

function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && loopbackNames.includes(hostname));
}
