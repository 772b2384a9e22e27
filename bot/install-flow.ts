import type { IncomingMessage, ServerResponse } from 'node:http';
import { type HTTPReceiverOptions, type Installation, webApi } from '@slack/bolt';
import type { Redis } from 'ioredis';
import type { GeneralTrail } from '../core/general-trail.ts';
import type { Logger } from '../core/log.ts';
import type { OAuthApp } from './config.ts';
import {
  failedPage,
  type InstallPage,
  installedPage,
  notListedPage,
  rotationPage,
  showPage,
  usedPage,
} from './install-pages.ts';
import { type Installations, idOf, isListed } from './installations.ts';
import manifest from './manifest.json' with { type: 'json' };
import { isFirstDelivery } from './replay-guard.ts';

/** Where the app is installed from, and where Slack sends the browser back to. */
export const installPaths: readonly string[] = ['/slack/install', '/slack/oauth_redirect'];

/** What Bolt's receiver must know to let workspaces install the app. */
export type InstallFlow = Pick<
  HTTPReceiverOptions,
  'clientId' | 'clientSecret' | 'stateSecret' | 'scopes' | 'installationStore' | 'installerOptions'
>;
type Callbacks = NonNullable<NonNullable<InstallFlow['installerOptions']>['callbackOptions']>;

interface FlowDeps {
  oauth: OAuthApp;
  stateSecret: string;
  clientOptions: webApi.WebClientOptions;
  installations: Installations;
  trail: Pick<GeneralTrail, 'note'>;
  redis: Redis;
  log: Logger;
  /** The workspace has a good token now. */
  installed(teamId: string): Promise<void>;
}

/**
 * `/slack/install` → Slack asks the person → `/slack/oauth_redirect`. Bolt binds the way back to the browser that began
 * it, by a signed state in a cookie; here each state is good once, and only workspaces of the list are let in.
 */
export function installFlow(deps: FlowDeps): InstallFlow {
  const { oauth, clientOptions, installations } = deps;
  return {
    clientId: oauth.clientId,
    clientSecret: oauth.clientSecret,
    stateSecret: deps.stateSecret,
    scopes: manifest.oauth_config.scopes.bot,
    installationStore: installations,
    installerOptions: {
      directInstall: true,
      authorizationUrl: authorizeUrl(clientOptions.slackApiUrl),
      clientOptions,
      callbackOptions: callbacks(deps),
    },
  };
}

/** Slack's page, or that of the stand-in whose Web API is asked. */
function authorizeUrl(apiUrl = 'https://slack.com/api/'): string {
  return new URL('/oauth/v2/authorize', apiUrl).href;
}

function callbacks(deps: FlowDeps): Callbacks {
  const { installations, trail, redis, log } = deps;
  return {
    async beforeInstallation(_options, request, response) {
      if (await isFirstDelivery(redis, `oauth-state ${stateOf(request)}`)) return true;
      return refuse(response, usedPage);
    },
    async afterInstallation(installation, _options, _request, response) {
      const page = await refusalOf(deps, installation);
      if (page !== null) return refuse(response, page);
      // Written before it is done: a crash in between leaves a line too many, never one too few.
      const detail = { workspace: idOf(installation), scopes: installation.bot?.scopes ?? [] };
      await trail.note({ type: 'workspace-installed', actor: { via: 'slack', id: installation.user.id }, detail });
      return true;
    },
    async successAsync(installation, _options, _request, response) {
      const id = idOf(installation);
      for (const team of await installations.teamsOf(id)) await deps.installed(team);
      log.info({ workspace: id, by: installation.user.id }, 'the app was installed in a workspace');
      showPage(response, installedPage(nameOf(installation)));
    },
    failure(err, _options, _request, response) {
      // The address of the request holds a code, so only the error's name is told.
      log.warn({ code: err.code }, 'the app was not installed');
      showPage(response, failedPage(err.code));
    },
  };
}

/** Why this workspace is not let in, or null. What Slack has just given is given back. */
async function refusalOf(deps: FlowDeps, installation: Installation): Promise<InstallPage | null> {
  const { oauth, trail, log } = deps;
  const [id, name] = [idOf(installation), nameOf(installation)];
  const listed = isListed(installation, oauth.teams);
  if (listed && installation.bot?.expiresAt === undefined) return null;
  const reason = listed ? 'token rotation is switched on' : 'it is not in XEPA_SLACK_TEAMS';
  const detail = { what: 'install the app', workspace: id, reason };
  await trail.note({ type: 'refused', actor: { via: 'slack', id: installation.user.id }, detail });
  log.warn({ ...detail, by: installation.user.id }, 'a workspace was not let in');
  await giveBack(deps, installation);
  return listed ? rotationPage : notListedPage(name, id);
}

async function giveBack({ oauth, clientOptions, log }: FlowDeps, installation: Installation): Promise<void> {
  const { clientId, clientSecret } = oauth;
  const once = { ...clientOptions, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
  const client = new webApi.WebClient(installation.bot?.token, once);
  await client.apps
    .uninstall({ client_id: clientId, client_secret: clientSecret })
    .catch((err: unknown) =>
      log.warn({ err }, 'a workspace that was not let in still has the app; its token is not kept'),
    );
}

function refuse(response: ServerResponse, page: InstallPage): false {
  showPage(response, page);
  return false;
}

/** The whole state, as Bolt has just found it good. */
function stateOf(request: IncomingMessage): string {
  return new URL(request.url ?? '', 'http://localhost').searchParams.get('state') ?? '';
}

function nameOf({ team, enterprise, isEnterpriseInstall }: Installation): string {
  const place = isEnterpriseInstall ? enterprise : team;
  return place?.name ?? place?.id ?? 'this workspace';
}
