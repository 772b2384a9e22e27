import { join, resolve } from 'node:path';
import { z } from 'zod';
import { commonSettings } from '../../core/settings.ts';

/** The one setting that belongs to no process but to the command that runs all three. */
export const dataFolder = {
  XEPA_DATA_DIR: z
    .string()
    .default('./.xepa/data')
    .describe('folder of the private Redis that runs when `REDIS_URL` is not set'),
};

/** What the command itself reads, before and beside the three processes. */
export const LaunchSettings = z.object({
  ...dataFolder,
  REDIS_URL: commonSettings.REDIS_URL,
  XEPA_LOG_LEVEL: commonSettings.XEPA_LOG_LEVEL,
  PATH: z.string().default(''),
});
export type LaunchSettings = z.infer<typeof LaunchSettings>;

/** Where the private Redis of `npm start` listens while that runs. */
export function embeddedRedisUrl(settings: LaunchSettings): string {
  return `unix://${join(resolve(settings.XEPA_DATA_DIR), 'redis.sock')}`;
}
