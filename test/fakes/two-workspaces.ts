import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createEmulator, type Emulator } from 'emulate';

/** A workspace of the stand-in, with a person and a channel that the app is in. */
export interface StandIn {
  team: string;
  admin: string;
  channel: string;
  /** A token of a person who may read and invite; the bot never sees it. */
  personToken: string;
}

export const first: StandIn = {
  ...{ team: 'T000000001', admin: 'U000000001', channel: 'C000000001' },
  personToken: 'xoxp-first',
};
export const second: StandIn = {
  ...{ team: 'T900000001', admin: 'U900000001', channel: 'C900000001' },
  personToken: 'xoxp-second',
};

/**
 * Slack as an app sees it that several workspaces install: one address, and a token tells which workspace is meant.
 * Behind it stand two emulators, strict about scopes, each of which knows one workspace; the second one's ids are
 * given another digit on the way.
 */
export interface TwoWorkspaces {
  /** What SLACK_API_URL must be. */
  apiUrl: string;
  /** What the app was called with, by method, and what came of it. */
  calls: { method: string; error: string | null; token: string }[];
  /** What went to the response URL of that name. */
  answers(name: string): { text?: string }[];
  responseUrl(name: string): string;
  /** A person of this workspace says yes on Slack's page. @returns where the browser is sent */
  consent(where: StandIn, authorizeUrl: string, redirectUri: string): Promise<URL>;
  /** Asks Slack itself, as a person of this workspace. */
  ask(where: StandIn, method: string, body: Record<string, string>): Promise<Record<string, unknown>>;
  /** Slack takes no token any more that this workspace has given out. */
  revoke(where: StandIn): void;
  stop(): Promise<void>;
}

interface Behind {
  where: StandIn;
  emulator: Emulator;
}

export async function startTwoWorkspaces(app: {
  clientId: string;
  clientSecret: string;
  ports: readonly [number, number];
}): Promise<TwoWorkspaces> {
  const behind = [await emulate(first, app.ports[0], app), await emulate(second, app.ports[1], app)] as const;
  const issued = new Map<string, Behind>();
  const gone = new Set<string>();
  const calls: TwoWorkspaces['calls'] = [];
  const answers = new Map<string, { text?: string }[]>();

  const hear = (name: string, body: string) => {
    answers.set(name, [...(answers.get(name) ?? []), JSON.parse(body)]);
    return { ok: true };
  };
  const call = async (method: string, body: string, request: IncomingMessage) => {
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    const code = method === 'oauth.v2.access' ? new URLSearchParams(body).get('code') : null;
    const to = issued.get(code ?? token);
    const said = await sayOf(to, { method, body, token, contentType: request.headers['content-type'] ?? '' }, gone);
    if (to && typeof said.access_token === 'string') issued.set(said.access_token, to);
    calls.push({ method, token, error: said.ok === true ? null : String(said.error) });
    return said;
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [, what = '', name = ''] = (request.url ?? '').split('/');
    const body = await text(request);
    const said = what === 'answers' ? hear(name, body) : await call(name, body, request);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(said));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const each of behind) issued.set(each.where.personToken, each);
  const of = (where: StandIn) => (where === first ? behind[0] : behind[1]);

  return {
    apiUrl: `${url}/api`,
    calls,
    answers: (name) => answers.get(name) ?? [],
    responseUrl: (name) => `${url}/answers/${name}`,
    async consent(where, authorizeUrl, redirectUri) {
      const back = await pressYes(of(where), new URL(authorizeUrl), redirectUri);
      issued.set(back.searchParams.get('code') ?? '', of(where));
      return back;
    },
    ask: (where, method, body) =>
      sayOf(of(where), { method, body: new URLSearchParams(body).toString(), token: where.personToken }, gone),
    revoke(where) {
      for (const [key, to] of issued) if (to === of(where) && key.startsWith('xoxb-')) gone.add(key);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all(behind.map(({ emulator }) => emulator.close()));
    },
  };
}

async function emulate(where: StandIn, port: number, app: { clientId: string; clientSecret: string }): Promise<Behind> {
  const oauthApp = { client_id: app.clientId, client_secret: app.clientSecret, app_id: 'A01XEPA', name: 'XEPA' };
  const slack = {
    team: { name: where === first ? 'First' : 'Second', domain: 'xepa' },
    oauth_apps: [{ ...oauthApp, bot_name: 'xepa', redirect_uris: [] }],
    tokens: [{ token: where.personToken, user_id: 'U000000001' }],
    strict_scopes: true,
  };
  return { where, emulator: await createEmulator({ service: 'slack', port, seed: { slack } }) };
}

interface Call {
  method: string;
  body: string;
  token: string;
  contentType?: string;
}

/** What Slack answers. The emulators lack some methods; of those, what the app may meet is played here. */
async function sayOf(to: Behind | undefined, call: Call, gone: Set<string>): Promise<Record<string, unknown>> {
  const { method, token, contentType = 'application/x-www-form-urlencoded' } = call;
  if (gone.has(token)) return { ok: false, error: 'token_revoked' };
  if (!to) return { ok: false, error: method === 'oauth.v2.access' ? 'invalid_code' : 'invalid_auth' };
  if (method === 'apps.uninstall') {
    gone.add(token);
    return { ok: true };
  }
  const headers = { 'content-type': contentType, ...(token === '' ? {} : { authorization: `Bearer ${token}` }) };
  const body = inside(to.where, call.body);
  const response = await fetch(`${to.emulator.url}/api/${method}`, { method: 'POST', headers, body });
  if (!response.ok) return { ok: false, error: 'unknown_method' };
  return JSON.parse(outside(to.where, await response.text()));
}

/** The page that asks is a form per person; pressing one is a POST that leads back to the app. */
async function pressYes({ where, emulator }: Behind, authorize: URL, redirectUri: string): Promise<URL> {
  const asked = Object.fromEntries(authorize.searchParams);
  const page = await fetch(`${emulator.url}${authorize.pathname}${authorize.search}`);
  if (!page.ok) throw new Error(`Slack's page answered ${page.status}`);
  const yes = { ...asked, user_id: inside(where, where.admin), redirect_uri: asked.redirect_uri ?? redirectUri };
  const body = new URLSearchParams(yes);
  const pressed = await fetch(`${emulator.url}/oauth/v2/authorize/callback`, {
    ...{ method: 'POST', body },
    redirect: 'manual',
  });
  return new URL(pressed.headers.get('location') ?? '');
}

/** The first workspace's ids are nobody's in the second. */
function inside(where: StandIn, words: string): string {
  if (where === first) return words;
  const digit: Record<string, string> = { 9: '0', 0: '7' };
  return words.replace(
    /\b([TUC])([09])0000000(\d)\b/g,
    (_all, kind, lead, last) => `${kind}${digit[lead]}0000000${last}`,
  );
}

function outside(where: StandIn, words: string): string {
  return where === first ? words : words.replace(/\b([TUC])00000000(\d)\b/g, '$190000000$2');
}
