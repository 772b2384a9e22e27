import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** A message as local-slack keeps it. Ephemeral ones are ordinary ones with `ephemeral_to`. */
const SlackMessage = z.looseObject({
  ts: z.string(),
  text: z.string().default(''),
  user: z.string().optional(),
  thread_ts: z.string().optional(),
  ephemeral_to: z.string().optional(),
  blocks: z.array(z.looseObject({ type: z.string() })).default([]),
});
export type SlackMessage = z.infer<typeof SlackMessage>;

const LoggedCall = z.looseObject({ direction: z.string(), summary: z.string(), detail: z.looseObject({}).catch({}) });
type LoggedCall = z.infer<typeof LoggedCall>;

/** The workspace that everything here lives in. */
export const workspace = {
  team: 'T01TEST',
  channel: 'C01OPS',
  alice: 'U01ALICE',
  bob: 'U02BOB',
  carol: 'U03CAROL',
  bot: 'U0XEPA',
} as const;

export const slackTokens = {
  bot: 'xoxb-test-token',
  app: 'xapp-test-token',
  signingSecret: 'test-signing-secret-0123456789',
} as const;

/** A Slack look-alike with a web page for people and a control API for tests. */
export interface LocalSlack {
  /** The page where people type and click. */
  url: string;
  /** What SLACK_API_URL must be. */
  apiUrl: string;
  tokens: typeof slackTokens;
  /** Types `/xepa <text>` as that person. */
  command(user: string, text: string): Promise<void>;
  /** Presses the button of that action in the newest message that has it. @throws when no message has it */
  click(user: string, actionId: string): Promise<void>;
  /** Presses a button of a message that may have changed since, as a slow hand does. */
  clickOn(message: SlackMessage, press: { user: string; actionId: string; value: string }): Promise<void>;
  /**
   * Sends the form that this person has open, and waits for what the bot answers. Values by block id, then action id, as Slack's
   * views have them.
   * @returns what stands beside the fields; nothing where another page came, or the form was closed
   */
  submit(user: string, values: Record<string, Record<string, object>>): Promise<Record<string, string>>;
  /** Opens App Home as that person. */
  openHome(user: string): Promise<void>;
  /** All messages of the channel, the oldest first. */
  messages(): Promise<SlackMessage[]>;
  /** All Web API calls of the bot so far. */
  calls(method?: string): Promise<LoggedCall[]>;
  stop(): Promise<void>;
}

/** Slack itself gives three seconds. */
const ANSWER_MS = 15_000;

const binary = fileURLToPath(new URL('../../node_modules/local-slack-linux-x64/bin/local-slack', import.meta.url));

/**
 * Starts the look-alike and waits until it answers.
 * @param options `requestUrl` is where it sends signed requests in http mode: the bot's …/slack/events
 * @throws when the package is missing, with the command that brings it
 */
export async function startLocalSlack(options: {
  port: number;
  mode: 'socket' | 'http';
  requestUrl?: string;
}): Promise<LocalSlack> {
  requireBinary();
  const folder = mkdtempSync(join(tmpdir(), 'xepa-slack-'));
  const config = join(folder, 'slack.yaml');
  // YAML is a superset of JSON.
  writeFileSync(config, JSON.stringify(configOf(options)));
  const argv = ['--config', config, '--port', String(options.port), '--base-host', '127.0.0.1', '--files-dir', folder];
  const child = spawn(binary, argv, { stdio: 'ignore' });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const url = `http://127.0.0.1:${options.port}`;
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitUntilUp(url, ended);
  } catch (err) {
    await stop();
    throw err;
  }
  return { url, apiUrl: `${url}/api`, tokens: slackTokens, ...controls(url), stop };
}

function controls(url: string): Omit<LocalSlack, 'url' | 'apiUrl' | 'tokens' | 'stop'> {
  const { channel } = workspace;
  const messages = async () => {
    const body: unknown = await (await fetch(`${url}/_control/messages/${channel}`)).json();
    return z.object({ messages: z.array(SlackMessage) }).parse(body).messages;
  };
  const clickOn: LocalSlack['clickOn'] = (message, { user, actionId, value }) => {
    const action = { type: 'button', action_id: actionId, value };
    return control(url, 'interact', { channel, messageTs: message.ts, user, action });
  };
  return {
    messages,
    clickOn,
    submit: (user, values) => submitOnPage(url, user, values),
    openHome: (user) => control(url, 'open-home', { user }),
    command: (user, text) => control(url, 'command', { channel, user, command: '/xepa', text }),
    async click(user, actionId) {
      for (const message of (await messages()).toReversed()) {
        const button = findButton(message, actionId);
        if (button) return clickOn(message, { user, actionId, value: button.value });
      }
      throw new Error(`no message has a button ${actionId}`);
    },
    async calls(method) {
      const body: unknown = await (await fetch(`${url}/_control/log`)).json();
      const { log } = z.object({ log: z.array(LoggedCall) }).parse(body);
      return log.filter((call) => call.direction === 'from_bot' && (method === undefined || call.summary === method));
    },
  };
}

const Button = z.looseObject({ action_id: z.string(), value: z.string().default(''), url: z.string().optional() });

/** The button of that action in a message, if it has one. */
export function findButton(message: SlackMessage, actionId: string): z.infer<typeof Button> | undefined {
  const elements = message.blocks.flatMap((block) => (Array.isArray(block.elements) ? block.elements : []));
  return elements.flatMap((part) => Button.safeParse(part).data ?? []).find((button) => button.action_id === actionId);
}

const PageNews = z.looseObject({
  t: z.string(),
  entry: z.looseObject({ direction: z.string(), kind: z.string() }).optional(),
  errors: z.record(z.string(), z.string()).default({}),
});

/** A form is sent by the page alone, over its WebSocket, which then hears what became of it. */
async function submitOnPage(url: string, user: string, values: object): Promise<Record<string, string>> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ui`);
  const limit = AbortSignal.timeout(ANSWER_MS);
  try {
    return await new Promise((resolve, reject) => {
      limit.onabort = () => reject(new Error('the bot did not answer a form that was sent'));
      socket.onerror = () => reject(new Error('local-slack does not talk to its page'));
      socket.onopen = () => socket.send(JSON.stringify({ t: 'view_submit', user, values }));
      // Pages that were opened before may still be told of.
      let asked = false;
      socket.onmessage = ({ data }) => {
        const { t, entry, errors } = PageNews.parse(JSON.parse(String(data)));
        asked ||= entry?.direction === 'to_bot' && entry.kind === 'interactive';
        if (asked && ['view', 'view_errors'].includes(t)) resolve(errors);
      };
    });
  } finally {
    socket.close();
  }
}

async function control(url: string, verb: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/_control/${verb}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`local-slack: ${verb} answered ${response.status}: ${await response.text()}`);
}

function configOf(options: { mode: 'socket' | 'http'; requestUrl?: string }) {
  const person = (id: string, name: string, real: string) => ({
    id,
    name,
    real_name: real,
    email: `${name}@example.com`,
  });
  const { team, channel, alice, bob, carol, bot } = workspace;
  const mode = options.mode === 'socket' ? 'socket' : 'events';
  const requestUrl = options.requestUrl ?? 'http://127.0.0.1:9/slack/events';
  const tokens = { botToken: slackTokens.bot, appToken: slackTokens.app, signingSecret: slackTokens.signingSecret };
  return {
    workspace: { name: 'XEPA', domain: 'xepa', teamId: team },
    app: { appId: 'A01XEPA', botUserId: bot, botName: 'xepa', ...tokens, mode, requestUrl },
    users: [
      person(alice, 'alice', 'Alice Anderson'),
      person(bob, 'bob', 'Bob Brown'),
      person(carol, 'carol', 'Carol Cole'),
    ],
    channels: [{ id: channel, name: 'ops', members: [alice, bob, carol, bot] }],
  };
}

function requireBinary(): void {
  try {
    accessSync(binary, constants.X_OK);
  } catch {
    throw new Error(
      `The Slack look-alike is missing (${binary}). It comes with \`npm ci\` on Linux x64 as the optional package local-slack-linux-x64.`,
    );
  }
}

async function waitUntilUp(url: string, ended: Promise<void>): Promise<void> {
  const deadline = Date.now() + 15_000;
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  while (Date.now() < deadline && !gone) {
    const up = await fetch(`${url}/_control/state`).then(
      (response) => response.ok,
      () => false,
    );
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(gone ? `local-slack ended at once; is ${url} in use?` : `local-slack did not answer at ${url}`);
}
