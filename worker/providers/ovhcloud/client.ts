import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { XepaError } from '../../../core/errors.ts';
import { callJson, type HttpCall } from '../http.ts';
import { about } from './about.ts';
import { OvhError, Seconds } from './schema.ts';

export interface OvhAccess {
  apiUrl: string;
  applicationKey: string;
  applicationSecret: string;
  consumerKey: string;
  /** Milliseconds since 1970. */
  now(): number;
}

interface Ask {
  method?: HttpCall['method'];
  path: string;
  body?: unknown;
  signal: AbortSignal;
}

export type OvhCall = <Schema extends z.ZodType>(schema: Schema, ask: Ask) => Promise<z.infer<Schema>>;

/** What is signed of a call. `seconds`: since 1970, by the provider's clock. */
export interface Signed {
  method: string;
  url: string;
  /** As it is sent; empty where there is none. */
  body: string;
  seconds: number;
}

const EXPIRED = 'QUERY_TIME_OUT';
const unknownLogins = new Set(['INVALID_KEY', 'INVALID_CREDENTIAL', 'NOT_CREDENTIAL', 'INVALID_SIGNATURE']);

/** Signs a call, as the provider's own clients do: SHA-1 over the two secrets and all that is sent. */
export function signature(access: OvhAccess, { method, url, body, seconds }: Signed): string {
  const parts = [access.applicationSecret, access.consumerKey, method, url, body, seconds];
  return `$1$${createHash('sha1').update(parts.join('+')).digest('hex')}`;
}

/**
 * Calls the API with signed requests. A signature holds for some minutes of the provider's clock: where ours is wrong, the
 * provider is asked once how late it is, and the difference is kept.
 */
export function createOvhCall(access: OvhAccess): OvhCall {
  let aheadSeconds = 0;
  const ownSeconds = () => Math.floor(access.now() / 1_000);

  function ask<Schema extends z.ZodType>(schema: Schema, { method = 'GET', path, body, signal }: Ask) {
    const url = `${access.apiUrl}${path}`;
    const seconds = ownSeconds() + aheadSeconds;
    const sent = body === undefined ? '' : JSON.stringify(body);
    const call: HttpCall = {
      ...{ method, url, body, signal, provider: about.title, explain, deniesLogin },
      secrets: [access.applicationSecret, access.consumerKey],
      headers: {
        Accept: 'application/json',
        'X-Ovh-Application': access.applicationKey,
        'X-Ovh-Consumer': access.consumerKey,
        'X-Ovh-Timestamp': String(seconds),
        'X-Ovh-Signature': signature(access, { method, url, body: sent, seconds }),
      },
    };
    return callJson(call, schema);
  }

  return async (schema, asked) => {
    asked.signal.throwIfAborted();
    try {
      return await ask(schema, asked);
    } catch (error) {
      if (!isExpired(error)) throw error;
      const theirs = await ask(Seconds, { path: '/auth/time', signal: asked.signal });
      aheadSeconds = theirs - ownSeconds();
      // It was refused for its time alone, so nothing was done.
      return ask(schema, asked);
    }
  };
}

function isExpired(error: unknown): boolean {
  return error instanceof XepaError && error.message.includes(EXPIRED);
}

function explain(body: unknown): string | undefined {
  const { message, errorCode } = OvhError.safeParse(body).data ?? {};
  return errorCode === undefined ? message : `${message} (${errorCode})`;
}

/** A login that is not known comes as a 403, like one that may not do this. */
function deniesLogin(body: unknown): boolean {
  return unknownLogins.has(OvhError.safeParse(body).data?.errorCode ?? '');
}
