import { webApi } from '@slack/bolt';
import { XepaError } from '../core/errors.ts';
import type { boltLogger } from './bolt-logger.ts';
import { slackFailure } from './slack-errors.ts';

/**
 * Three clients, because one that Slack rate-limits or leaves without an answer holds back every call of its own:
 * what people wait for must not queue behind edits of progress.
 */
export interface SlackClients {
  /** Questions to Slack, and answers that one person alone sees: repeating them does no harm, so it tries again. */
  interactive: webApi.WebClient;
  /** Messages, and edits that people wait for. Never tries by itself: a repeated post could be a second message. */
  decisions: webApi.WebClient;
  /** All other edits. */
  progress: webApi.WebClient;
  /** The workspace that the token belongs to. */
  teamId: string;
  token: string;
}

/**
 * How long an answer is waited for. Progress is soon out of date: within its time the budget lets fewer edits begin
 * than the bot works on at once.
 */
const patience = { callMs: 10_000, progressMs: 5_000 };

/** Where Slack is, and how its answers are waited for. */
export function slackOptions(
  settings: { SLACK_API_URL?: string | undefined },
  logger: ReturnType<typeof boltLogger>,
  callMs = patience.callMs,
): webApi.WebClientOptions {
  const { SLACK_API_URL: slackApiUrl } = settings;
  return { logger, timeout: callMs, ...(slackApiUrl === undefined ? {} : { slackApiUrl }) };
}

/** The clients of one token. Nothing is asked yet. */
export function openClients(
  token: string,
  options: webApi.WebClientOptions,
  { progressMs } = patience,
): Omit<SlackClients, 'teamId'> {
  const retryConfig = { retries: 3, factor: 2, minTimeout: 200, maxTimeout: 2_000 };
  const interactive = new webApi.WebClient(token, { ...options, retryConfig });
  const once = { ...options, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
  const decisions = new webApi.WebClient(token, once);
  const progress = new webApi.WebClient(token, { ...once, timeout: progressMs });
  return { token, interactive, decisions, progress };
}

/** @throws XepaError bad-config when Slack refuses the token, slack-failed when it does not answer */
export async function connectSlack(
  token: string,
  options: webApi.WebClientOptions,
  waits = patience,
): Promise<SlackClients> {
  const clients = openClients(token, options, waits);
  const answer = await clients.interactive.auth.test().catch((cause: unknown) => {
    throw notConnected(cause);
  });
  return { ...clients, teamId: answer.team_id ?? '' };
}

/** False when Slack says for sure that the bot cannot post there. */
export async function canPost(client: webApi.WebClient, channel: string): Promise<boolean> {
  try {
    const { channel: found } = await client.conversations.info({ channel });
    if (found?.is_archived === true) return false;
    return found?.is_im === true || found?.is_member !== false;
  } catch (err) {
    const failure = slackFailure(err);
    // Without the scope for this question the post itself will tell.
    if (failure.kind === 'refused') return failure.error === 'missing_scope';
    throw err;
  }
}

function notConnected(cause: unknown): XepaError {
  const failure = slackFailure(cause);
  if (failure.kind !== 'refused') {
    const text = 'Slack does not answer. Check the network and SLACK_API_URL.';
    return new XepaError('slack-failed', { message: text, userMessage: text, retry: 'backoff', cause });
  }
  const text = `Slack refuses SLACK_BOT_TOKEN (${failure.error}). Copy the "Bot User OAuth Token" of your app again.`;
  return new XepaError('bad-config', { message: text, userMessage: text, cause });
}
