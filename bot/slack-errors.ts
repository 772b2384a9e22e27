import { webApi } from '@slack/bolt';
import { XepaError } from '../core/errors.ts';

/**
 * What is known after a call to Slack failed.
 * `refused`: Slack said no, nothing happened. `rate-limited`: nothing happened, ask again later.
 * `unknown`: no answer came, it may have happened.
 */
export type SlackFailure =
  | { kind: 'refused'; error: string }
  | { kind: 'rate-limited'; retryAfterSeconds: number }
  | { kind: 'unknown' };

/** Sorts whatever a WebClient threw. */
export function slackFailure(thrown: unknown): SlackFailure {
  if (thrown instanceof webApi.WebAPIRateLimitedError) {
    return { kind: 'rate-limited', retryAfterSeconds: thrown.retryAfter };
  }
  if (thrown instanceof webApi.WebAPIPlatformError) return { kind: 'refused', error: thrown.data.error };
  return { kind: 'unknown' };
}

/** The message or the place it stood in is gone: editing cannot help, posting again may. */
export function isMessageGone(failure: SlackFailure): boolean {
  return failure.kind === 'refused' && ['message_not_found', 'cant_update_message'].includes(failure.error);
}

/** Nothing can be posted in that channel by us. */
export function isChannelClosed(failure: SlackFailure): boolean {
  const closed = ['channel_not_found', 'not_in_channel', 'is_archived', 'restricted_action'];
  return failure.kind === 'refused' && closed.includes(failure.error);
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
