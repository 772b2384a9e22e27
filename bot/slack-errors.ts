import { webApi } from '@slack/bolt';
import { XepaError } from '../core/errors.ts';

/**
 * What is known after a call to Slack failed.
 * `refused`: Slack said no, nothing happened. `rate-limited`: nothing happened, ask again later.
 * `broken`: Slack itself failed; it may have happened, and no answer is on its way any more.
 * `unknown`: no answer came, it may have happened, or may happen yet.
 */
export type SlackFailure =
  | { kind: 'refused'; error: string }
  | { kind: 'rate-limited'; retryAfterSeconds: number }
  | { kind: 'broken' }
  | { kind: 'unknown' };

/** Slack's own words for "it may have happened all the same". */
const brokenErrors = ['fatal_error', 'internal_error', 'service_unavailable', 'request_timeout'];
const tokenErrors = ['token_revoked', 'invalid_auth', 'account_inactive', 'token_expired', 'not_authed'];

/** Sorts whatever a WebClient threw. */
export function slackFailure(thrown: unknown): SlackFailure {
  if (thrown instanceof webApi.WebAPIRateLimitedError) {
    return { kind: 'rate-limited', retryAfterSeconds: thrown.retryAfter };
  }
  if (thrown instanceof webApi.WebAPIHTTPError) return { kind: 'broken' };
  if (!(thrown instanceof webApi.WebAPIPlatformError)) return { kind: 'unknown' };
  const { error } = thrown.data;
  return brokenErrors.includes(error) ? { kind: 'broken' } : { kind: 'refused', error };
}

/** The message is gone: editing it or answering in its thread cannot help, posting it again may. */
export function isMessageGone(failure: SlackFailure): boolean {
  return isOneOf(failure, [
    ...['message_not_found', 'cant_update_message', 'thread_not_found', 'cannot_reply_to_message'],
    'restricted_action_thread_locked',
  ]);
}

/** The three seconds in which a click may open a form are over, or it has opened one. */
export function isTriggerOver(failure: SlackFailure): boolean {
  return isOneOf(failure, ['expired_trigger_id', 'exchanged_trigger_id']);
}

/** Its person has closed the form or gone on in it, or Slack has forgotten it. */
export function isFormLeft(failure: SlackFailure): boolean {
  return isOneOf(failure, ['not_found', 'hash_conflict']);
}

/** Nothing can be said in that channel by us. */
export function isChannelClosed(failure: SlackFailure): boolean {
  return isOneOf(failure, [
    ...['channel_not_found', 'not_in_channel', 'is_archived', 'restricted_action'],
    ...['restricted_action_read_only_channel', 'restricted_action_thread_only_channel'],
  ]);
}

/** The token is worth nothing, now or for good: what it is, when it is so; else null. */
export function tokenTrouble(failure: SlackFailure): string | null {
  return failure.kind === 'refused' && tokenErrors.includes(failure.error) ? failure.error : null;
}

function isOneOf(failure: SlackFailure, errors: readonly string[]): boolean {
  return failure.kind === 'refused' && errors.includes(failure.error);
}

/** The error for people when Slack did not answer something we had to know. */
export function slackSilent(what: string, cause: unknown): XepaError {
  return new XepaError('slack-failed', {
    message: `Slack did not answer: ${what}`,
    userMessage: `Slack did not tell XEPA ${what}, so nothing was done. Try again in a moment.`,
    retry: 'backoff',
    cause,
  });
}
