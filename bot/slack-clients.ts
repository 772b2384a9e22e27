import { webApi } from '@slack/bolt';
import { XepaError } from '../core/errors.ts';
import type { boltLogger } from './bolt-logger.ts';
import { slackFailure } from './slack-errors.ts';

/**
 * Two clients, because one that Slack rate-limits holds back every call of its own: what people wait for must not
 * queue behind edits of progress.
 */
export interface SlackClients {
  interactive: webApi.WebClient;
  progress: webApi.WebClient;
  /** The workspace that the token belongs to. */
  teamId: string;
  botUserId: string;
  options: webApi.WebClientOptions;
}

const TIMEOUT_MS = 10_000;

/** @throws XepaError bad-config when Slack refuses the token, slack-failed when it does not answer */
export async function connectSlack(
  settings: { SLACK_BOT_TOKEN: string; SLACK_API_URL?: string | undefined },
  logger: ReturnType<typeof boltLogger>,
): Promise<SlackClients> {
  const { SLACK_BOT_TOKEN: token, SLACK_API_URL: slackApiUrl } = settings;
  const options = { logger, timeout: TIMEOUT_MS, ...(slackApiUrl === undefined ? {} : { slackApiUrl }) };
  const retryConfig = { retries: 3, factor: 2, minTimeout: 200, maxTimeout: 2_000 };
  const interactive = new webApi.WebClient(token, { ...options, retryConfig });
  const progress = new webApi.WebClient(token, {
    ...options,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
  const answer = await interactive.auth.test().catch((cause: unknown) => {
    throw notConnected(cause);
  });
  return { interactive, progress, teamId: answer.team_id ?? '', botUserId: answer.user_id ?? '', options };
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
