import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { callJson, type HttpCall } from '../http.ts';
import { about } from './about.ts';
import { oauthHeader, readMaasKey } from './oauth.ts';
import { MaasFormErrors } from './schema.ts';

export interface MaasAccess {
  /** With its path. */
  apiUrl: string;
  /** Three parts with colons between them. */
  apiKey: string;
}

interface Ask {
  method?: HttpCall['method'];
  path: string;
  /** Fields of a form. */
  form?: Record<string, string>;
  signal: AbortSignal;
}

export type MaasCall = <Schema extends z.ZodType>(schema: Schema, ask: Ask) => Promise<z.infer<Schema>>;

/** Longer texts are pages of a proxy or of a debugger. Characters. */
const LONGEST_WORDS = 300;

/** Calls the API with the key. What went wrong is a plain sentence, or a list for each field of a form. */
export function createMaasCall({ apiUrl, apiKey }: MaasAccess): MaasCall {
  const key = readMaasKey(apiKey);
  return (schema, { method = 'GET', path, form, signal }) => {
    const once = { seconds: Math.floor(Date.now() / 1_000), nonce: randomBytes(16).toString('hex') };
    const call: HttpCall = {
      ...{ method, url: `${apiUrl}${path}`, signal, provider: about.title, explain },
      secrets: [apiKey, key.secret, key.token],
      headers: { Accept: 'application/json', Authorization: oauthHeader(key, once) },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    };
    return callJson(call, schema);
  };
}

function explain(body: unknown): string | undefined {
  const fields = MaasFormErrors.safeParse(body).data;
  if (fields) return Object.values(fields).flat().join(' ') || undefined;
  if (typeof body !== 'string') return undefined;
  const words = body.trim().replace(/\.$/, '');
  const isSentence = words !== '' && words.length <= LONGEST_WORDS && !/[<\n]/.test(words);
  return isSentence ? words : undefined;
}
