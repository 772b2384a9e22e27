import { z } from 'zod';
import { integer, parseEnv } from '../core/env.ts';
import { commonSettings, sharedSettings } from '../core/settings.ts';

/** Settings of the web console; the configuration table of the README is made from these descriptions. */
export const ConsoleSettings = z.object({
  ...commonSettings,
  ...sharedSettings,
  XEPA_CONSOLE_PORT: integer({ min: 1, max: 65_535, default: 8080 }).describe('port the web console listens on'),
  XEPA_PAGE_DIR: z.string().default('dist/web-console/public').describe('folder that `bin/build-page.ts` filled'),
  XEPA_SESSION_HOURS: integer({ min: 1, max: 24, default: 8 }).describe('hours after which a console session ends'),
  XEPA_IDLE_MINUTES: integer({ min: 3, max: 480, default: 30 }).describe(
    'minutes without input until a console closes',
  ),
  XEPA_TRUST_PROXY: integer({ min: 0, max: 10, default: 0 }).describe('number of reverse proxies in front of us'),
  XEPA_VIEWERS_PER_INSTALL: integer({ min: 1, max: 100, default: 9 }).describe('open screens per install and process'),
  XEPA_VIEWERS_PER_PERSON: integer({ min: 1, max: 100, default: 20 }).describe('open screens per person and process'),
  XEPA_VIEWERS_TOTAL: integer({ min: 1, max: 10_000, default: 500 }).describe('open screens per process'),
  XEPA_RECORDINGS_DIR: z
    .string()
    .optional()
    .describe('folder for recordings of consoles, which a rule of the policy may ask for; all replicas share it'),
  XEPA_CONNECTIONS_PER_ADDRESS: integer({ min: 10, max: 10_000, default: 256 }).describe(
    'connections of one IP address per process; behind proxies, screens of one address',
  ),
});
export type ConsoleSettings = z.infer<typeof ConsoleSettings>;

/** @throws XepaError bad-config that lists every bad setting at once */
export function readConsoleSettings(
  source: Readonly<Record<string, string | undefined>> = process.env,
): ConsoleSettings {
  return parseEnv(ConsoleSettings, source);
}
