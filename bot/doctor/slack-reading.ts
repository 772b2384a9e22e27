import { webApi } from '@slack/bolt';
import type { Clock } from '../../core/clock.ts';
import { type Finding, fail, ok } from '../../core/doctor/check.ts';
import type { Logger } from '../../core/log.ts';
import { boltLogger } from '../bolt-logger.ts';
import { slackFailure } from '../slack-errors.ts';

/** What Slack says of the bot's token. */
export interface SlackReading {
  team: string;
  user: string;
  /** What the token may do; null where Slack does not say. */
  scopes: readonly string[] | null;
  /** How far Slack's clock is ahead of ours, in milliseconds, give or take a second; null where it does not say. */
  aheadMs: number | null;
}

/** Where Slack is and how to ask it; a doctor asks once and does not wait long. */
export interface SlackWay {
  apiUrl: string | undefined;
  clock: Clock;
  log: Logger;
}

const TIMEOUT_MS = 6_000;

/** @throws what the WebClient throws; `failureOf` makes a finding of it */
export async function readSlack(way: SlackWay, token: string): Promise<SlackReading> {
  let aheadMs: number | null = null;
  const listening: typeof fetch = async (input, init) => {
    const before = way.clock.now();
    const response = await fetch(input, init);
    aheadMs = aheadOf(response.headers.get('date'), (before + way.clock.now()) / 2);
    return response;
  };
  const answer = await clientOf(way, token, listening).auth.test();
  const scopes = answer.response_metadata?.scopes ?? null;
  return { team: answer.team ?? '', user: answer.user ?? '', scopes, aheadMs };
}

/** Asks for the address of a socket and does not open it: a second listener would take deliveries from the first. */
export async function askForSocket(way: SlackWay, appToken: string): Promise<Finding> {
  try {
    const { url } = await clientOf(way, appToken, fetch).apps.connections.open();
    if (url !== undefined) return ok('Slack gives out an address for the socket');
    return fail('Slack gave no address for the socket', 'Turn "Socket Mode" on in the settings of the Slack app');
  } catch (thrown) {
    const remedy =
      'In the settings of the Slack app, make an app-level token with `connections:write`, and copy it again';
    return failureOf(thrown, '`SLACK_APP_TOKEN`', remedy);
  }
}

/** What went wrong with a token, in words. @param what which token it is */
export function failureOf(thrown: unknown, what: string, remedy: string): Finding {
  const failure = slackFailure(thrown);
  if (failure.kind === 'refused') {
    return fail(`Slack refuses ${what} (${failure.error})`, remedy);
  }
  if (failure.kind === 'rate-limited') {
    return fail(`Slack asks for patience (${failure.retryAfterSeconds} s)`, 'Try again after that time');
  }
  return fail('Slack does not answer', 'Look at the network, a proxy, and `SLACK_API_URL`');
}

function clientOf(way: SlackWay, token: string, fetchFn: typeof fetch): webApi.WebClient {
  return new webApi.WebClient(token, {
    fetch: fetchFn,
    logger: boltLogger(way.log),
    timeout: TIMEOUT_MS,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    ...(way.apiUrl === undefined ? {} : { slackApiUrl: way.apiUrl }),
  });
}

/** The header holds whole seconds, so its middle is taken. */
function aheadOf(date: string | null, now: number): number | null {
  const at = Date.parse(date ?? '');
  return Number.isNaN(at) ? null : at + 500 - now;
}
