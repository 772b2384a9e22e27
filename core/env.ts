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

/** An http(s) URL without a slash at its end. */
export function webUrl() {
  return z
    .string()
    .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'must be an http(s) URL')
    .transform((text) => text.replace(/\/+$/, ''));
}
