import { XepaError } from '../../core/errors.ts';
import type { HttpCall } from './http.ts';

const LONGEST_WAIT_SECONDS = 600;
/** Somebody else is at work there, or holds it: it may be free in a minute. */
const busy = new Set([409, 423]);

/** What an answer that is not 2xx means for an install. */
export function statusError(call: HttpCall, response: Response, body: unknown): XepaError {
  const { status } = response;
  const limit = status === 429 ? Number(response.headers.get('retry-after')) || 0 : call.limited?.(body);
  const words = withoutSecrets(call.explain(body) ?? `HTTP ${status}`, call.secrets);
  const message = `${nameOf(call)}: ${status} ${words}`;
  if (limit !== undefined) return tooMany(call, { words, message, seconds: limit });
  if (status >= 500) return unavailable(call, words);
  if (call.isBusy?.(body)) return rejected(call, { words, message, retry: 'backoff' });
  if (status === 401 || call.deniesLogin?.(body)) return refused(call, { status: 401, words, message });
  if (status === 403 || status === 404) return refused(call, { status, words, message });
  return rejected(call, { words, message, retry: busy.has(status) ? 'backoff' : 'no' });
}

function rejected(call: HttpCall, said: { words: string; message: string; retry: 'backoff' | 'no' }): XepaError {
  const { words, message, retry } = said;
  const userMessage = `${call.provider} refused the request: ${words}.`;
  return new XepaError('provider-rejected', { message, userMessage, retry });
}

/** No answer, or none that can be used: whether the call had its effect is not known. */
export function unavailable(call: HttpCall, words: string, cause?: unknown): XepaError {
  return new XepaError('provider-unavailable', {
    message: `${nameOf(call)}: ${words}`,
    userMessage: `${call.provider}'s API does not work right now: ${words}.`,
    retry: 'backoff',
    cause,
  });
}

function refused(call: HttpCall, said: { status: 401 | 403 | 404; words: string; message: string }): XepaError {
  const { status, words, message } = said;
  if (status === 404) {
    const userMessage = `${call.provider} does not know this device: ${words}.`;
    return new XepaError('not-found', { message, userMessage });
  }
  const userMessage =
    status === 401
      ? `${call.provider} refuses XEPA's credentials: ${words}. An operator should check them.`
      : `${call.provider} knows XEPA's credentials, but does not let them do this: ${words}. An operator should check what they may do.`;
  return new XepaError('provider-auth', { message, userMessage });
}

function tooMany(call: HttpCall, said: { words: string; message: string; seconds: number }): XepaError {
  const { words, message, seconds } = said;
  return new XepaError('provider-rate-limited', {
    message,
    userMessage: `${call.provider} asks us to slow down: ${words}. XEPA tries again by itself.`,
    retry: 'backoff',
    retryAfterSeconds: Math.min(Math.max(seconds, 0), LONGEST_WAIT_SECONDS),
  });
}

function nameOf(call: HttpCall): string {
  return `${call.method} ${new URL(call.url).pathname}`;
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret !== '').reduce((left, secret) => left.replaceAll(secret, '…'), text);
}
