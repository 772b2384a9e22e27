import { type Check, type Finding, fail, looksAt, ok, once, skipped, warn } from '../../core/doctor/check.ts';
import { judgeSkew } from '../../core/doctor/clock.ts';
import type { SlackTransport } from '../config.ts';
import manifest from '../manifest.json' with { type: 'json' };
import { askForSocket, failureOf, readSlack, type SlackReading, type SlackWay } from './slack-reading.ts';

const LIMIT_MS = 8_000;
/** Slack's signatures are refused after five minutes, and from a minute in the future on. */
const SKEW_MS = 60_000;
const NO_ANSWER = 'Slack did not take the bot token';

const check = (name: string, run: Check['run']): Check => ({ part: 'slack', name, limitMs: LIMIT_MS, run });

export interface SlackToAsk {
  way: SlackWay;
  token: string;
  /** Where the token is from. */
  byOAuth: boolean;
  transport: SlackTransport;
  /** A command has just come in from Slack, so that way is open. */
  heard: boolean;
}

/** Everything between Slack and the bot. */
export function slackChecks(slack: SlackToAsk): Check[] {
  const read = once(() => readSlack(slack.way, slack.token));
  return [
    check('token', () => judgeToken(read, slack.byOAuth)),
    check(
      'scopes',
      looksAt(read, ({ scopes }) => judgeScopes(scopes, manifest.oauth_config.scopes.bot), NO_ANSWER),
    ),
    check(
      'clock',
      looksAt(read, ({ aheadMs }) => judgeSlackClock(aheadMs), NO_ANSWER),
    ),
    ...transportChecks(slack),
  ];
}

/** How deliveries come from Slack to the bot, whatever token it has. */
export function transportChecks({ transport, way, heard }: Pick<SlackToAsk, 'transport' | 'way' | 'heard'>): Check[] {
  if (transport.mode === 'socket') return [check('socket', () => askForSocket(way, transport.appToken))];
  return [
    check('signing secret', async () => judgeSigningSecret(transport.signingSecret)),
    check('requests', async () => judgeRequests(heard)),
  ];
}

async function judgeToken(read: () => Promise<SlackReading>, byOAuth: boolean): Promise<Finding> {
  try {
    const { team, user } = await read();
    return ok(`the bot is ${user} in the workspace ${team}`);
  } catch (thrown) {
    if (byOAuth) return failureOf(thrown, 'the token of this workspace', 'Open `/slack/install` at the bot once more');
    const remedy = 'In the settings of the Slack app, copy the "Bot User OAuth Token" again';
    return failureOf(thrown, '`SLACK_BOT_TOKEN`', remedy);
  }
}

/** @param given null where Slack does not say; @param needed those of the manifest */
export function judgeScopes(given: readonly string[] | null, needed: readonly string[]): Finding {
  if (given === null) return skipped('Slack does not say what the token may do');
  const missing = needed.filter((scope) => !given.includes(scope));
  if (missing.length > 0) {
    const todo =
      'Paste `bot/manifest.json` into "App Manifest", then "Install App" again: a token keeps its old scopes';
    return fail(`the token lacks ${missing.map((scope) => `\`${scope}\``).join(', ')}`, todo);
  }
  const surplus = given.filter((scope) => !needed.includes(scope));
  if (surplus.length === 0) return ok('all that the manifest asks for, and no more');
  return ok(`all that the manifest asks for, and ${surplus.join(', ')}, which XEPA does not use`);
}

export function judgeSlackClock(aheadMs: number | null): Finding {
  if (aheadMs === null) return skipped('Slack did not say what time it is');
  const beyond = (says: string) =>
    fail(`${says}: signed requests are refused for that`, 'Let this machine keep time by NTP');
  return judgeSkew({ whose: 'Slack', aheadMs, limitMs: SKEW_MS, beyond });
}

/** Slack makes 32 hexadecimal digits; another length is a wrong copy. */
export function judgeSigningSecret(secret: string): Finding {
  const todo = 'Copy the "Signing Secret" of "Basic Information" again';
  if (secret === '') return fail('`SLACK_SIGNING_SECRET` is not set', todo);
  if (/^[0-9a-f]{32}$/.test(secret)) return ok('has the form of a signing secret');
  return warn("is not 32 hexadecimal digits, as Slack's are", todo);
}

function judgeRequests(heard: boolean): Finding {
  if (heard) return ok('Slack reaches the bot: this very command came that way');
  const todo = 'Type `/xepa doctor` in Slack; without an answer, look at the "Request URL" of `/xepa` and its proxy';
  return skipped('whether Slack reaches the bot cannot be seen from here', todo);
}
