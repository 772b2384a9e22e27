import type { z } from 'zod';
import { callJson, type HttpCall } from '../http.ts';
import { about } from './about.ts';
import { ScwError } from './schema.ts';

export interface ScwAccess {
  apiUrl: string;
  secretKey: string;
}

interface Ask {
  method?: HttpCall['method'];
  path: string;
  body?: unknown;
  signal: AbortSignal;
}

export type ScwCall = <Schema extends z.ZodType>(schema: Schema, ask: Ask) => Promise<z.infer<Schema>>;

/** Calls the APIs with the secret key. What went wrong is named by a type in the answer. */
export function createScwCall({ apiUrl, secretKey }: ScwAccess): ScwCall {
  return (schema, { method = 'GET', path, body, signal }) =>
    callJson(
      {
        ...{ method, url: `${apiUrl}${path}`, body, signal, provider: about.title },
        ...{ secrets: [secretKey], explain, isBusy, deniesLogin },
        headers: { Accept: 'application/json', 'X-Auth-Token': secretKey },
      },
      schema,
    );
}

function explain(body: unknown): string | undefined {
  const error = ScwError.safeParse(body).data;
  const { type, message, current_state: state, details = [] } = error ?? {};
  const words = [
    message,
    state && `it is ${state}`,
    type === 'locked' && `${about.title} itself holds it: its support knows why`,
    ...details.map((detail) => detail.help_message),
  ].filter(Boolean);
  if (words.length === 0) return type;
  return type === undefined ? words.join(', ') : `${words.join(', ')} (${type})`;
}

/** With which status these come is not published. */
function isBusy(body: unknown): boolean {
  return ['transient_state', 'locked'].includes(typeOf(body));
}

function deniesLogin(body: unknown): boolean {
  return typeOf(body) === 'denied_authentication';
}

function typeOf(body: unknown): string {
  return ScwError.safeParse(body).data?.type ?? '';
}
