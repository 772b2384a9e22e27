import type { z } from 'zod';
import { XepaError } from '../../core/errors.ts';
import { statusError, unavailable } from './http-errors.ts';

const CALL_TIMEOUT_MS = 30_000;
const nextLink = /;\s*rel=("([^"]*\s)?next(\s[^"]*)?"|next\b)/i;

export interface HttpCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  /** Sent as a form when it is one, else as JSON. */
  body?: unknown;
  signal: AbortSignal;
  /** Name of the provider, for messages. */
  provider: string;
  /** Texts that no message may hold, even where the provider repeats them in its answer. */
  secrets: readonly string[];
  /** Finds the provider's own words in an error body: parsed, or as text where it is not JSON. */
  explain(body: unknown): string | undefined;
  /** Seconds to wait where an error is a rate limit in the provider's own dress; undefined where it is none. */
  limited?(body: unknown): number | undefined;
  /** True where a refusal, whatever its status, means that it may be free in a minute. */
  isBusy?(body: unknown): boolean;
  /** True where a 403 means that the login is not known at all. */
  deniesLogin?(body: unknown): boolean;
}

/** One call of a provider's JSON API, its answer parsed. Failures become XepaError by their HTTP status. */
export async function callJson<Schema extends z.ZodType>(call: HttpCall, schema: Schema): Promise<z.infer<Schema>> {
  return (await callWithHeaders(call, schema)).data;
}

/** As `callJson`, for a list that comes page by page: does the answer's `Link` header (RFC 8288) name a next page? */
export async function callPage<Schema extends z.ZodType>(
  call: HttpCall,
  schema: Schema,
): Promise<{ data: z.infer<Schema>; hasNext: boolean }> {
  const { data, headers } = await callWithHeaders(call, schema);
  return { data, hasNext: nextLink.test(headers.get('link') ?? '') };
}

/** As `callJson`, for an answer of which a part is in its headers. */
export async function callWithHeaders<Schema extends z.ZodType>(
  call: HttpCall,
  schema: Schema,
): Promise<{ data: z.infer<Schema>; headers: Headers }> {
  const { response, text } = await send(call);
  if (!response.ok) throw statusError(call, response, parseJson(text) ?? text);
  const parsed = schema.safeParse(text === '' ? null : parseJson(text));
  if (!parsed.success) {
    throw unavailable(call, `an answer that is not understood (${parsed.error.issues[0]?.path.join('.') ?? ''})`);
  }
  return { data: parsed.data, headers: response.headers };
}

/** What the call answers, or `otherwise` where the provider says that there is no such thing. */
export async function unlessNotFound<T>(call: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof XepaError && error.code === 'not-found') return otherwise;
    throw error;
  }
}

async function send(call: HttpCall): Promise<{ response: Response; text: string }> {
  const { method, url, body } = call;
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]);
  const [type, content] = encode(body);
  const headers = type === null ? call.headers : { ...call.headers, 'Content-Type': type };
  try {
    const response = await fetch(url, { method, headers, signal, redirect: 'error', body: content });
    return { response, text: await response.text() };
  } catch (cause) {
    call.signal.throwIfAborted();
    throw unavailable(call, 'no answer', cause);
  }
}

function encode(body: unknown): [type: string, content: string] | [null, null] {
  if (body === undefined) return [null, null];
  if (body instanceof URLSearchParams) return ['application/x-www-form-urlencoded', body.toString()];
  return ['application/json', JSON.stringify(body)];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
