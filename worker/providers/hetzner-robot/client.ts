import type { z } from 'zod';
import { XepaError } from '../../../core/errors.ts';
import { callJson, type HttpCall } from '../http.ts';
import { about } from './about.ts';
import { RobotError } from './schema.ts';

export interface RobotAccess {
  apiUrl: string;
  user: string;
  password: string;
  /** Milliseconds; only differences matter. */
  now(): number;
}

/** Names with their values; an array's name ends in `[]`. */
export type Form = [name: string, value: string][];

interface Ask {
  method?: HttpCall['method'];
  path: string;
  form?: Form;
  signal: AbortSignal;
}

type RobotCall = <Schema extends z.ZodType>(schema: Schema, ask: Ask) => Promise<z.infer<Schema>>;

/** After three failed logins the provider shuts our address out for ten minutes, whoever asks from it. */
const AFTER_REFUSAL_MS = 600_000;
const RATE_LIMIT = 'RATE_LIMIT_EXCEEDED';

/** Calls the webservice: forms in, JSON out, HTTP Basic. Once refused, it does not try the same login again for a while. */
export function createRobotCall({ apiUrl, user, password, now }: RobotAccess): RobotCall {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  let refused: { at: number; error: XepaError } | null = null;
  return async (schema, { method = 'GET', path, form, signal }) => {
    signal.throwIfAborted();
    if (refused && now() - refused.at < AFTER_REFUSAL_MS) throw refused.error;
    const call: HttpCall = {
      ...{ method, url: `${apiUrl}${path}`, signal, provider: about.title, explain, limited },
      headers: { Authorization: authorization, Accept: 'application/json' },
      secrets: [password, authorization.slice('Basic '.length)],
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    };
    try {
      return await callJson(call, schema);
    } catch (error) {
      const unknownLogin = error instanceof XepaError && error.code === 'provider-auth' && / 401 /.test(error.message);
      if (unknownLogin) refused = { at: now(), error };
      throw error;
    }
  };
}

function explain(body: unknown): string | undefined {
  const { error } = RobotError.safeParse(body).data ?? {};
  if (!error) return undefined;
  const { code, message, missing, invalid, max_request: most, interval } = error;
  if (code === RATE_LIMIT && most !== undefined && interval !== undefined) {
    return `${most} calls of this kind within ${Math.ceil(interval / 60)} minutes are allowed`;
  }
  const fields = [...(missing ?? []).map((name) => `${name} is missing`), ...(invalid ?? [])];
  return fields.length === 0 ? message : `${message} (${fields.join(', ')})`;
}

/** A rate limit comes as a 403. When the next call is free is not told; a tenth of the interval is a fair guess. */
function limited(body: unknown): number | undefined {
  const { error } = RobotError.safeParse(body).data ?? {};
  return error?.code === RATE_LIMIT ? (error.interval ?? 600) / 10 : undefined;
}
