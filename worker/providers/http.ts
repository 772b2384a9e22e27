import type { z } from 'zod';
import { XepaError } from '../../core/errors.ts';

const CALL_TIMEOUT_MS = 30_000;

export interface HttpCall {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  body?: unknown;
  signal: AbortSignal;
  /** Name of the provider, for messages. */
  provider: string;
  /** Finds the provider's own words in an error body. */
  explain(body: unknown): string | undefined;
}

/** One call of a provider's JSON API, its answer parsed. Failures become XepaError by their HTTP status. */
export async function callJson<Schema extends z.ZodType>(call: HttpCall, schema: Schema): Promise<z.infer<Schema>> {
  const { response, text } = await send(call);
  if (!response.ok) throw statusError(call, response, text);
  const parsed = schema.safeParse(text === '' ? null : parseJson(text));
  if (!parsed.success) {
    throw unavailable(call, `an answer that is not understood (${parsed.error.issues[0]?.path.join('.') ?? ''})`);
  }
  return parsed.data;
}

async function send(call: HttpCall): Promise<{ response: Response; text: string }> {
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]);
  const json = call.body === undefined ? {} : { body: JSON.stringify(call.body) };
  const headers = call.body === undefined ? call.headers : { ...call.headers, 'Content-Type': 'application/json' };
  try {
    const response = await fetch(call.url, { method: call.method, headers, signal, redirect: 'error', ...json });
    return { response, text: await response.text() };
  } catch (cause) {
    call.signal.throwIfAborted();
    throw unavailable(call, 'no answer', cause);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function statusError(call: HttpCall, response: Response, text: string): XepaError {
  const { status } = response;
  const words = call.explain(parseJson(text)) ?? `HTTP ${status}`;
  const message = `${call.method} ${new URL(call.url).pathname}: ${status} ${words}`;
  if (status === 401 || status === 403) {
    return new XepaError('provider-auth', {
      message,
      userMessage: `${call.provider} refuses XEPA's credentials: ${words}. An operator should check the provider's token.`,
    });
  }
  if (status === 404) {
    return new XepaError('not-found', {
      message,
      userMessage: `${call.provider} does not know this device: ${words}.`,
    });
  }
  if (status === 429) {
    return new XepaError('provider-rate-limited', {
      message,
      userMessage: `${call.provider} asks us to slow down; XEPA tries again by itself.`,
      retry: 'backoff',
      retryAfterSeconds: Math.min(Math.max(Number(response.headers.get('retry-after')) || 0, 0), 600),
    });
  }
  if (status >= 500) return unavailable(call, words);
  return new XepaError('provider-rejected', {
    message,
    userMessage: `${call.provider} refused the request: ${words}.`,
  });
}

function unavailable(call: HttpCall, words: string, cause?: unknown): XepaError {
  return new XepaError('provider-unavailable', {
    message: `${call.method} ${new URL(call.url).pathname}: ${words}`,
    userMessage: `${call.provider}'s API does not work right now: ${words}.`,
    retry: 'backoff',
    cause,
  });
}
