import { z } from 'zod';
import { safeWebUrl } from './env.ts';
import { XepaError } from './errors.ts';
import { parseKeyring } from './keyring.ts';

/** The settings that every process has; a process adds its own to this shape. */
export const commonSettings = {
  REDIS_URL: z
    .string()
    .refine(isRedisUrl, 'must be redis://host:port/number, rediss://host:port/number or unix:///path/to/socket')
    .optional()
    .describe('Redis or Valkey; without it `npm start` runs a private one of its own'),
  XEPA_SECRET: z
    .string({ error: 'is required: at least 32 characters, for example from `openssl rand -hex 32`' })
    .min(32, 'is too short: at least 32 characters, for example from `openssl rand -hex 32`')
    .describe('seals keys at rest and signs console links'),
  XEPA_SECRET_PREVIOUS: z.string().min(32).optional().describe('the secret before the last rotation, still accepted'),
  XEPA_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('how much is logged'),
};

/** Settings of more than one process, but not of all. */
export const sharedSettings = {
  XEPA_BIND: z.string().default('0.0.0.0').describe('address on which the servers listen'),
  XEPA_PUBLIC_URL: publicUrl().describe(
    'where browsers reach the web console; console links start with it: https://host, or http on loopback',
  ),
};

export type CommonSettings = z.infer<z.ZodObject<typeof commonSettings>>;

/** The keys that follow from the secrets: the first one seals and signs, all of them open and verify. */
export function keyringOf(settings: CommonSettings) {
  return parseKeyring(settings.XEPA_SECRET, settings.XEPA_SECRET_PREVIOUS);
}

/** @throws XepaError bad-config: a process on its own shares its Redis with the others, so it must be told where */
export function requireRedisUrl(settings: CommonSettings): string {
  if (settings.REDIS_URL !== undefined) return settings.REDIS_URL;
  const text = 'REDIS_URL is not set. Set it to the Redis that bot, worker and web-console share, or run `npm start`.';
  throw new XepaError('bad-config', { message: text, userMessage: text });
}

function isRedisUrl(text: string): boolean {
  if (text.startsWith('unix:///')) return true;
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname } = new URL(text);
  return /^rediss?:$/.test(protocol) && hostname !== '' && /^(\/\d*)?$/.test(pathname);
}

/** An origin without a path. Plain http is for loopback alone: the session cookie must not cross a network in clear. */
function publicUrl() {
  return safeWebUrl()
    .refine(isOrigin, 'must be scheme, host and port only, without a path')
    .transform((text) => new URL(text).origin);
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { pathname, search, hash, username } = new URL(text);
  return pathname === '/' && search === '' && hash === '' && username === '';
}
