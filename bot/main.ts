import type { ServerResponse } from 'node:http';
import type { webApi } from '@slack/bolt';
import { answerHealth, startHealthServer } from '../core/health-server.ts';
import { createHeartbeats } from '../core/heartbeat.ts';
import { createIsoNames } from '../core/iso-names.ts';
import { createLogger } from '../core/log.ts';
import { consumeNotices } from '../core/queues.ts';
import { createShutdown } from '../core/shutdown.ts';
import { openState } from '../core/state.ts';
import { completeTeamLists } from '../core/team-lists.ts';
import { buildApp } from './app.ts';
import { assembleShared, type Connections, type Shared } from './assemble.ts';
import { boltLogger } from './bolt-logger.ts';
import { type BotConfig, oauthAppOf, readConfig, transportOf } from './config.ts';
import { createHandler } from './handle.ts';
import { type InstallFlow, installFlow } from './install-flow.ts';
import { type Installations, openInstallations } from './installations.ts';
import { createLater, type Later } from './later.ts';
import type { Parking } from './parking.ts';
import { defaultPolicy } from './policy/default-policy.ts';
import { createPolicySource } from './policy-file.ts';
import { listenForRemoval } from './removal.ts';
import { slackOptions } from './slack-clients.ts';
import { startSweep } from './sweep.ts';
import { closeUnserved } from './team-consoles.ts';
import { httpTransport, socketTransport } from './transport.ts';
import { openFixed, openInstalled, type Workspaces } from './workspaces.ts';

/**
 * Starts the bot and resolves when it hears from Slack.
 * @param source the settings; the process's environment when left out
 * @param options `strict`: a message that Slack would refuse is an error instead of going out as plain text
 * @throws XepaError bad-config, redis-down, slack-failed
 */
export async function startBot(
  source?: Readonly<Record<string, string | undefined>>,
  options: { strict?: boolean } = {},
): Promise<{ close(): Promise<void> }> {
  const config = readConfig(source);
  const log = createLogger('bot', config.XEPA_LOG_LEVEL);
  const shutdown = createShutdown(log);
  const path = config.XEPA_POLICY_FILE ?? null;
  const policy = await createPolicySource({ path, fallback: defaultPolicy(config), log });
  const state = await openState(config, log).catch((err: unknown) => {
    policy.close();
    throw err;
  });
  try {
    const strict = options.strict ?? false;
    const parts = await openParts({ config, log, state, policy, strict });
    await createIsoNames(state.redis).publish([...config.XEPA_ISOS.keys()]);
    const intake = await startIntake(parts);
    const output = startOutput(parts);
    shutdown.add('intake', intake.close);
    shutdown.add('output', output.close);
    shutdown.add('policy', () => policy.close());
    shutdown.add('state', () => state.close());
    return { close: () => shutdown.run() };
  } catch (err) {
    policy.close();
    await state.close();
    throw err;
  }
}

interface Parts {
  config: BotConfig;
  shared: Shared;
  clientOptions: webApi.WebClientOptions;
  workspaces: Workspaces;
  later: Later;
  /** With a token of its own, the one parking; else null: what Slack says of one workspace concerns no other. */
  parking: Parking | null;
  /** Where workspaces install the app by themselves. */
  installing: { flow: InstallFlow; installations: Installations } | null;
}

async function openParts(open: Omit<Connections, 'installations'>): Promise<Parts> {
  const { config, log, state } = open;
  const oauth = oauthAppOf(config);
  const installations = oauth ? openInstallations(state, oauth.teams) : null;
  const shared = assembleShared({ ...open, installations });
  const later = createLater((installId) => {
    state.notices
      .send({ installId, rev: 0 })
      .catch((err: unknown) => log.warn({ err, installId }, 'a notice was lost'));
  });
  const clientOptions = slackOptions(config, boltLogger(log));
  const common = { config, shared, clientOptions, later };
  const connections = { ...open, installations, shared, later };
  if (!oauth || !installations) {
    const { workspaces, parking } = await openFixed(connections, clientOptions);
    return { ...common, workspaces, parking, installing: null };
  }
  const resealed = await installations.reseal();
  if (resealed > 0) log.info({ resealed }, 'tokens of workspaces are sealed under the current XEPA_SECRET now');
  const seen = await completeTeamLists(shared);
  if (seen > 0) log.info({ seen }, 'installs from before stand in the lists of their workspaces now');
  await closeUnserved({ ...shared, installations, at: state.clock.now() });
  const workspaces = openInstalled({ ...connections, installations }, clientOptions);
  const flow = installFlow({
    ...{ oauth, clientOptions, installations, log },
    ...{ trail: shared.trail, redis: state.redis },
    stateSecret: state.keyring[0].oauthState.toString('base64url'),
    installed: async (teamId) => (await workspaces.of(teamId))?.parking.release(),
  });
  return { ...common, workspaces, parking: null, installing: { flow, installations } };
}

/** From Slack to us: commands and clicks, and the health endpoint. */
async function startIntake(parts: Parts): Promise<{ close(): Promise<void> }> {
  const { config, shared, clientOptions, workspaces, parking, installing } = parts;
  const { log, redis, clock } = shared;
  const handler = createHandler(shared);
  const way = transportOf(config);
  const host = config.XEPA_BIND;
  const checks = {
    redis: () => redis.ping(),
    slack: () => mustBeUp(transport.isUp()),
    ...(parking ? { token: () => mustNotBeParked(parking) } : {}),
  };
  const common = { logger: boltLogger(log), clientOptions };
  const http = {
    ...{ host, clock, port: config.XEPA_BOT_PORT, installing: installing?.flow ?? null },
    onHealth: (response: ServerResponse) => void answerHealth(response, checks),
  };
  const transport =
    way.mode === 'socket' ? socketTransport({ ...common, ...way }) : httpTransport({ ...common, ...way, ...http });
  const token = config.SLACK_BOT_TOKEN;
  const app = buildApp({ workspaces, handler, receiver: transport.receiver, token, clientOptions, log });
  if (installing) listenForRemoval(app, { ...shared, installations: installing.installations });
  await app.init();
  const server = await startHealthServer({ host, port: config.XEPA_BOT_HEALTH_PORT, checks });
  await transport.start().catch(async (err: unknown) => {
    await server.close();
    throw err;
  });
  log.info({ mode: way.mode, installedByOAuth: installing !== null }, 'the bot hears from Slack');
  return {
    async close() {
      await transport.stop();
      await handler.drain();
      await server.close();
    },
  };
}

async function mustBeUp(up: boolean): Promise<void> {
  if (!up) throw new Error('not connected to Slack');
}

async function mustNotBeParked(parking: Parking): Promise<void> {
  const reason = await parking.reason();
  if (reason !== null) throw new Error(`Slack refuses the token: ${reason}`);
}

/** From records to Slack: messages follow what the records say. */
function startOutput({ config, shared, workspaces, later }: Parts): { close(): Promise<void> } {
  const { store, log } = shared;
  const consumer = consumeNotices(
    config.REDIS_URL,
    async ({ installId }) => {
      // Without its workspace nothing is marked as shown: the sweep asks again, until that is installed anew.
      const workspace = await workspaces.ofInstall(await store.find(installId));
      await workspace?.follow(installId);
    },
    log,
  );
  const sweep = startSweep({ ...shared, heartbeats: createHeartbeats(shared), parking: workspaces });
  return {
    async close() {
      sweep.close();
      later.close();
      workspaces.close();
      await consumer.close();
    },
  };
}
