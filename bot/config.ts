import { z } from 'zod';
import { commaList, integer, parseEnv, safeWebUrl } from '../core/env.ts';
import { commonSettings, sharedSettings } from '../core/settings.ts';
import { isoCatalogue, isoPrefixes } from './catalogue.ts';

/** Every setting of the bot, each with the sentence that the README's table shows. */
export const botSettings = {
  ...commonSettings,
  XEPA_SLACK_MODE: z
    .enum(['socket', 'http'])
    .default('socket')
    .describe('`socket`: the bot calls Slack (no public address needed); `http`: Slack calls the bot'),
  SLACK_BOT_TOKEN: z
    .string()
    .startsWith('xoxb-', 'must be a bot token, it starts with xoxb-')
    .optional()
    .describe('the Slack app\'s "Bot User OAuth Token"; needed unless `SLACK_CLIENT_ID` is set'),
  SLACK_APP_TOKEN: z
    .string()
    .startsWith('xapp-', 'must be an app-level token, it starts with xapp-')
    .optional()
    .describe('app-level token with `connections:write`; needed in `socket` mode'),
  SLACK_SIGNING_SECRET: z
    .string()
    .min(16)
    .optional()
    .describe("proves that a request is Slack's; needed in `http` mode"),
  SLACK_CLIENT_ID: z
    .string()
    .regex(/^\d+\.\d+$/, 'must be two numbers with a dot between them')
    .optional()
    .describe('the Slack app\'s "Client ID": several workspaces may install it (docs/slack.md); `http` mode only'),
  SLACK_CLIENT_SECRET: z
    .string()
    .min(8)
    .optional()
    .describe('the Slack app\'s "Client Secret"; with `SLACK_CLIENT_ID`'),
  XEPA_SLACK_TEAMS: commaList()
    .refine(
      (ids) => ids.every((id) => /^[TE][A-Z0-9]+$/.test(id)),
      'must be ids of workspaces (T…) or organisations (E…)',
    )
    .describe('ids of the workspaces and organisations that may install the app; empty: none; with `SLACK_CLIENT_ID`'),
  SLACK_API_URL: safeWebUrl('https://slack.com/api')
    .transform((url) => `${url}/`)
    .optional()
    .describe("base of Slack's Web API, for a stand-in"),
  XEPA_PUBLIC_URL: sharedSettings.XEPA_PUBLIC_URL,
  XEPA_ISOS: isoCatalogue()
    .default(new Map())
    .describe(
      'ISOs that people may name: JSON, `{"debian-13": {"url": "https://…", "sha256": "…", "mirrors": ["https://…"]}}`',
    ),
  XEPA_ISO_ALLOW: isoPrefixes().describe('URL prefixes that ISO URLs must start with; empty: any https URL'),
  XEPA_ANSWERS_DIR: z
    .string()
    .optional()
    .describe('folder of answer files for unattended installs, each named without its extension (docs/unattended.md)'),
  XEPA_POLICY_FILE: z
    .string()
    .optional()
    .describe(
      'YAML file that says who may do what and who has to agree (docs/policy.md); takes the place of the next four',
    ),
  XEPA_PROTECTED_TAGS: commaList()
    .prefault('prod,production')
    .describe('installing on a device with one of these tags needs the approval of a second person'),
  XEPA_APPROVAL_MINUTES: integer({ min: 1, max: 10_080, default: 60 }).describe('how long an approval may be given'),
  XEPA_REQUESTERS: commaList().describe('Slack user ids that may ask for installs; empty: every full member'),
  XEPA_APPROVERS: commaList().describe('Slack user ids that may approve; empty: every full member but the requester'),
  XEPA_TICKET_SECONDS: integer({ min: 60, max: 300, default: 120 }).describe('how long a console link may be opened'),
  XEPA_BIND: sharedSettings.XEPA_BIND,
  XEPA_BOT_PORT: integer({ min: 0, max: 65_535, default: 3000 }).describe("port for Slack's requests in `http` mode"),
  XEPA_BOT_HEALTH_PORT: integer({ min: 0, max: 65_535, default: 3001 }).describe("port of the bot's /healthz"),
};

const BotSettings = z.object(botSettings);
export type BotConfig = z.infer<typeof BotSettings> & { REDIS_URL: string };

/** How the bot hears from Slack, with the secret that this way needs. */
export type SlackTransport = { mode: 'socket'; appToken: string } | { mode: 'http'; signingSecret: string };

/** The Slack app that several workspaces install by themselves. */
export interface OAuthApp {
  clientId: string;
  clientSecret: string;
  /** Ids of workspaces and organisations that may install it. */
  teams: readonly string[];
}

type SlackSettings = Pick<
  z.infer<typeof BotSettings>,
  'XEPA_SLACK_MODE' | 'SLACK_BOT_TOKEN' | 'SLACK_CLIENT_ID' | 'SLACK_CLIENT_SECRET' | 'XEPA_SLACK_TEAMS'
>;

/** For rules about several settings: what is wrong with other ones must not hide them, so people see all at once. */
export const besidesOtherFaults = { when: () => true };

/** A bot has one token of its own, or the app that gives it tokens, and never both. */
export function refuseTokenFaults(settings: SlackSettings, context: z.RefinementCtx): void {
  for (const [name, message] of tokenFaults(settings)) context.addIssue({ code: 'custom', path: [name], message });
}

function tokenFaults(settings: SlackSettings): [string, string][] {
  const { SLACK_BOT_TOKEN: token, SLACK_CLIENT_ID: id, SLACK_CLIENT_SECRET: secret } = settings;
  const faults: [string, string | false][] = [
    ['SLACK_CLIENT_ID', id === undefined && secret !== undefined && 'is required with SLACK_CLIENT_SECRET'],
    ['SLACK_CLIENT_SECRET', id !== undefined && secret === undefined && 'is required with SLACK_CLIENT_ID'],
    ['SLACK_CLIENT_ID', id !== undefined && settings.XEPA_SLACK_MODE === 'socket' && 'needs XEPA_SLACK_MODE=http'],
    ['SLACK_BOT_TOKEN', id !== undefined && token !== undefined && 'cannot be set together with SLACK_CLIENT_ID'],
    ['XEPA_SLACK_TEAMS', id === undefined && settings.XEPA_SLACK_TEAMS.length > 0 && 'needs SLACK_CLIENT_ID'],
    [
      'SLACK_BOT_TOKEN',
      id === undefined && token === undefined && 'is required: the "Bot User OAuth Token" (xoxb-…) of your Slack app',
    ],
  ];
  return faults.flatMap(([name, why]) => (why === false ? [] : [[name, why]]));
}

const Checked = BotSettings.superRefine(refuseTokenFaults, besidesOtherFaults).superRefine((settings, context) => {
  const missing = (name: string, why: string) => context.addIssue({ code: 'custom', path: [name], message: why });
  if (settings.REDIS_URL === undefined) missing('REDIS_URL', 'is required when the bot runs alone');
  if (settings.XEPA_SLACK_MODE === 'socket' && settings.SLACK_APP_TOKEN === undefined) {
    missing('SLACK_APP_TOKEN', 'is required in socket mode: an app-level token (xapp-…) with connections:write');
  }
  if (settings.XEPA_SLACK_MODE === 'http' && settings.SLACK_SIGNING_SECRET === undefined) {
    missing('SLACK_SIGNING_SECRET', 'is required in http mode: see "Basic Information" of your Slack app');
  }
}, besidesOtherFaults);

/**
 * Reads the bot's settings.
 * @throws XepaError bad-config that lists everything wrong at once
 */
export function readConfig(source: Readonly<Record<string, string | undefined>> = process.env): BotConfig {
  const settings = parseEnv(Checked, source);
  return { ...settings, REDIS_URL: settings.REDIS_URL ?? '' };
}

/** The secret of the chosen way; its presence was checked when the settings were read. */
export function transportOf(config: BotConfig): SlackTransport {
  return config.XEPA_SLACK_MODE === 'socket'
    ? { mode: 'socket', appToken: config.SLACK_APP_TOKEN ?? '' }
    : { mode: 'http', signingSecret: config.SLACK_SIGNING_SECRET ?? '' };
}

/** The app that workspaces install by OAuth, or null where the bot has one token of its own. */
export function oauthAppOf(settings: SlackSettings): OAuthApp | null {
  const { SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret = '', XEPA_SLACK_TEAMS: teams } = settings;
  return clientId === undefined ? null : { clientId, clientSecret, teams };
}
