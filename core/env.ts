import { z } from 'zod';
import { XepaError } from './errors.ts';

type Source = Readonly<Record<string, string | undefined>>;

/**
 * Parses environment variables. An empty value counts as not set.
 * @throws XepaError bad-config whose message lists every bad variable at once, a line each
 */
export function parseEnv<Schema extends z.ZodType>(schema: Schema, source: Source): z.infer<Schema> {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.') || 'environment'}: ${issue.message}`);
  const text = `These settings are missing or wrong:\n${lines.join('\n')}\nThe README's configuration table says what each one is for.`;
  throw new XepaError('bad-config', { message: text, userMessage: text });
}

/** A whole number within limits, written in decimal digits. */
export function integer(options: { min: number; max: number; default: number }) {
  const range = `a whole number from ${options.min} to ${options.max}`;
  return z
    .string()
    .regex(/^\d+$/, `must be ${range}`)
    .transform(Number)
    .refine((value) => value >= options.min && value <= options.max, `must be ${range}`)
    .default(options.default);
}

/** Items between commas, trimmed; empty items do not count. */
export function commaList() {
  return z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    );
}

/** The same, but what goes there must not cross a network in clear: https, or http on loopback. */
export function safeWebUrl(example?: string) {
  return webUrl(example).refine(isSafe, 'must be https (http is accepted for localhost and 127.0.0.1 only)');
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && loopbackNames.includes(hostname));
}

/** An http(s) URL without a slash at its end. @param example shown where the value is missing */
export function webUrl(example = 'https://xepa.example.com') {
  return z
    .string({ error: `is required: an http(s) URL, for example ${example}` })
    .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'must be an http(s) URL')
    .transform((text) => text.replace(/\/+$/, ''));
}
