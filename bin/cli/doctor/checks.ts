import type { Redis } from 'ioredis';
import { z } from 'zod';
import { besidesOtherFaults, botSettings, oauthAppOf, refuseTokenFaults } from '../../../bot/config.ts';
import { answersCheck } from '../../../bot/doctor/answers.ts';
import { slackChecks, transportChecks } from '../../../bot/doctor/slack.ts';
import { workspacesCheck } from '../../../bot/doctor/workspaces.ts';
import { openInstallations } from '../../../bot/installations.ts';
import { systemClock } from '../../../core/clock.ts';
import { type Check, type Finding, once, type PartName } from '../../../core/doctor/check.ts';
import { consoleChecks } from '../../../core/doctor/console.ts';
import { inventoryChecks } from '../../../core/doctor/inventory.ts';
import { isoChecks } from '../../../core/doctor/isos.ts';
import { redisChecks } from '../../../core/doctor/redis.ts';
import { readRedis } from '../../../core/doctor/redis-reading.ts';
import { rescueCheck } from '../../../core/doctor/rescue.ts';
import { secretChecks } from '../../../core/doctor/secrets.ts';
import { parseEnv } from '../../../core/env.ts';
import { createInstallStore } from '../../../core/install-store.ts';
import { createInventoryStore } from '../../../core/inventory-store.ts';
import { createLogger } from '../../../core/log.ts';
import { openInstalls } from '../../../core/open-installs.ts';
import { commonSettings, keyringOf } from '../../../core/settings.ts';
import { ConsoleSettings } from '../../../web-console/config.ts';
import { embeddedRedisUrl, LaunchSettings } from '../config.ts';
import type { Environment } from '../main.ts';
import { dataFolderCheck } from './data-folder.ts';
import { policyCheck } from './policy.ts';
import { providerChecks } from './providers.ts';
import { proxyCheck } from './proxy.ts';
import { recordingsCheck } from './recordings.ts';
import { type Part, readPart, settingsChecks } from './settings.ts';

/** So many of the newest installs are searched for surveys. */
const SURVEYS = 50;

/** Opens Redis at an address; the caller closes it. @throws XepaError redis-down */
export type OpenRedis = (url: string) => Promise<Redis>;

/** What can be looked at from a terminal, with the settings that stand there. */
export function commandChecks(source: Environment, openRedis: OpenRedis): Check[] {
  return [
    ...settingsChecks(source),
    ...stateChecks(source, openRedis),
    ...ofPart('slack', readPart(SlackSettings, source), (settings) => slackToAsk(settings, source, openRedis)),
    ...providerChecks(source),
    ...ofPart('console', readPart(PublicSettings, source), (settings) =>
      consoleChecks({ publicUrl: settings.XEPA_PUBLIC_URL, trustProxy: settings.XEPA_TRUST_PROXY }),
    ),
    ...ofPart('isos', readPart(IsoSettings, source), (settings) =>
      isoChecks([...settings.XEPA_ISOS].map(([name, entry]) => ({ name, ...entry }))),
    ),
    ...ofPart('isos', readPart(AnswerSettings, source), (settings) => [answersCheck(settings.XEPA_ANSWERS_DIR)]),
    policyCheck(source),
    recordingsCheck(source),
    proxyCheck(source),
  ];
}

const SlackSettings = z
  .object(botSettings)
  .pick({
    XEPA_SLACK_MODE: true,
    SLACK_BOT_TOKEN: true,
    SLACK_CLIENT_ID: true,
    SLACK_CLIENT_SECRET: true,
    XEPA_SLACK_TEAMS: true,
    SLACK_APP_TOKEN: true,
    SLACK_SIGNING_SECRET: true,
    SLACK_API_URL: true,
  })
  .superRefine(refuseTokenFaults, besidesOtherFaults)
  .refine((settings) => settings.XEPA_SLACK_MODE === 'http' || settings.SLACK_APP_TOKEN !== undefined, {
    ...besidesOtherFaults,
    path: ['SLACK_APP_TOKEN'],
    message: 'is required in socket mode',
  })
  .refine((settings) => settings.XEPA_SLACK_MODE === 'socket' || settings.SLACK_SIGNING_SECRET !== undefined, {
    ...besidesOtherFaults,
    path: ['SLACK_SIGNING_SECRET'],
    message: 'is required in http mode',
  });
const PublicSettings = ConsoleSettings.pick({ XEPA_PUBLIC_URL: true, XEPA_TRUST_PROXY: true });
const IsoSettings = z.object(botSettings).pick({ XEPA_ISOS: true });
const AnswerSettings = z.object(botSettings).pick({ XEPA_ANSWERS_DIR: true });
const SecretSettings = z.object(commonSettings).pick({ XEPA_SECRET: true, XEPA_SECRET_PREVIOUS: true });

/** Everything that is read from Redis, over one connection. */
function stateChecks(source: Environment, openRedis: OpenRedis): Check[] {
  const launch = readPart(LaunchSettings, source);
  if (!launch.set) return [unset('redis', launch.finding)];
  const { REDIS_URL: url, XEPA_DATA_DIR: folder } = launch.value;
  const absent = url === undefined ? 'the private Redis runs only while `npm start` does' : null;
  const redis = once(() => openRedis(url ?? embeddedRedisUrl(launch.value)));
  const store = async () =>
    createInstallStore({ redis: await redis(), clock: systemClock, onWrite: async () => undefined });
  const inventory = once(async () => ({ inventory: await createInventoryStore(await redis()).read() }));
  return [
    ...redisChecks({ read: once(async () => readRedis(await redis(), systemClock)), absent }),
    ...inventoryChecks(inventory, systemClock),
    ...ofPart('secrets', readPart(SecretSettings, source), (settings) =>
      secretChecks(
        { current: settings.XEPA_SECRET, previous: settings.XEPA_SECRET_PREVIOUS },
        async () => (await openInstalls(await store())).records,
      ),
    ),
    dataFolderCheck(url === undefined ? folder : null),
    rescueCheck(async () => (await store()).listRecent(SURVEYS)),
  ];
}

function slackToAsk(settings: z.infer<typeof SlackSettings>, source: Environment, openRedis: OpenRedis): Check[] {
  const way = { apiUrl: settings.SLACK_API_URL, clock: systemClock, log: createLogger('doctor', 'silent') };
  const { SLACK_APP_TOKEN: appToken = '', SLACK_SIGNING_SECRET: signingSecret = '' } = settings;
  const socket = settings.XEPA_SLACK_MODE === 'socket';
  const transport = socket ? { mode: 'socket' as const, appToken } : { mode: 'http' as const, signingSecret };
  const oauth = oauthAppOf(settings);
  if (oauth) {
    const installations = () => keptInstallations(source, oauth.teams, openRedis);
    return [
      workspacesCheck({ installations, listed: oauth.teams }),
      ...transportChecks({ way, transport, heard: false }),
    ];
  }
  return slackChecks({ way, token: settings.SLACK_BOT_TOKEN ?? '', byOAuth: false, transport, heard: false });
}

/** @throws XepaError redis-down, bad-config */
async function keptInstallations(source: Environment, teams: readonly string[], openRedis: OpenRedis) {
  const settings = parseEnv(z.object({ ...commonSettings, REDIS_URL: commonSettings.REDIS_URL.unwrap() }), source);
  const redis = await openRedis(settings.REDIS_URL);
  return openInstallations({ redis, clock: systemClock, keyring: keyringOf(settings) }, teams);
}

/** The checks of a part whose settings are there, else one line that says what is missing. */
function ofPart<T>(part: PartName, settings: Part<T>, checks: (value: T) => Check[]): Check[] {
  return settings.set ? checks(settings.value) : [unset(part, settings.finding)];
}

function unset(part: PartName, finding: Finding): Check {
  return { part, name: 'settings', limitMs: 1_000, run: async () => finding };
}
