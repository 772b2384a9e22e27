import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { checkMessage } from '../../../bot/slack-sender.ts';
import { createLogger } from '../../../core/log.ts';
import type { CallArguments, Fault, FaultBook } from './fault-book.ts';
import type { Limiter } from './slack-limits.ts';
import type { Answer, WorkspaceFacts } from './workspace-facts.ts';

/** A call of the Web API as it came in. `at`: milliseconds since 1970. */
export interface RecordedCall {
  method: string;
  args: CallArguments;
  at: number;
  /** What the proxy did with it by itself; undefined when it just went through. */
  fault?: Fault['kind'] | 'refused';
}

export interface WebApiDeps {
  slackUrl: string;
  token: string;
  faults: FaultBook;
  facts: WorkspaceFacts;
  /** Null while Slack's limits are not kept. */
  limits: () => Limiter | null;
  record(call: RecordedCall): void;
  /** Puts our own address into what the look-alike answers. */
  rewrite(text: string): string;
}

const log = createLogger('slack-proxy', 'silent');
const withBlocks = ['chat.postMessage', 'chat.update', 'chat.postEphemeral'];

/** Answers one call: by a fault, by itself, or with what the look-alike says. */
export async function answerCall(
  deps: WebApiDeps,
  method: string,
  exchange: { request: IncomingMessage; response: ServerResponse; body: string },
): Promise<void> {
  const { request, response, body } = exchange;
  const args = argumentsOf(request, body);
  const fault = deps.faults.take(method, args) ?? limitFault(deps, method, args);
  const refusal = refusalOf(deps, method, { request, args });
  const call: RecordedCall = { method, args, at: Date.now() };
  deps.record(fault || refusal ? { ...call, fault: fault?.kind ?? 'refused' } : call);
  const forward = async () =>
    deps.facts.answer(method, args) ?? deps.facts.overlay(method, args, await askSlack(deps, method, exchange));
  if (fault) return meet(fault, { response, forward });
  send(response, refusal ?? (await forward()), { 'x-oauth-scopes': deps.facts.scopes() });
}

function limitFault(deps: WebApiDeps, method: string, args: CallArguments): Fault | undefined {
  const seconds = deps.limits()?.(method, args, Date.now()) ?? null;
  return seconds === null ? undefined : { kind: 'rate-limited', retryAfterSeconds: seconds };
}

/** What the look-alike lets pass and Slack does not: another token, and blocks that break a limit. */
function refusalOf(
  deps: WebApiDeps,
  method: string,
  call: { request: IncomingMessage; args: CallArguments },
): Answer | undefined {
  const { authorization } = call.request.headers;
  const ours = method === 'apps.connections.open' || authorization === `Bearer ${deps.token}`;
  if (!ours) return { ok: false, error: 'invalid_auth' };
  return withBlocks.includes(method) && !isGoodMessage(call.args) ? { ok: false, error: 'invalid_blocks' } : undefined;
}

/** Judged by the product's own check, which throws in strict mode. */
function isGoodMessage(args: CallArguments): boolean {
  try {
    checkMessage({ text: args.text ?? '', blocks: JSON.parse(args.blocks ?? '[]') }, { log, strict: true });
    return true;
  } catch {
    return false;
  }
}

async function meet(fault: Fault, call: { response: ServerResponse; forward: () => Promise<Answer> }): Promise<void> {
  const { response, forward } = call;
  switch (fault.kind) {
    case 'error':
      return send(response, { ok: false, error: fault.error });
    case 'rate-limited':
      return void response.writeHead(429, { 'retry-after': String(fault.retryAfterSeconds) }).end();
    case 'status':
      return void response.writeHead(fault.status).end('upstream error');
    case 'hang':
      return;
    case 'cut':
      await forward();
      return void response.socket?.destroy();
    case 'late':
      await fault.until;
      return send(response, await forward());
  }
}

async function askSlack(
  deps: WebApiDeps,
  method: string,
  { request, body }: { request: IncomingMessage; body: string },
): Promise<Answer> {
  const { authorization = '', 'content-type': type = 'application/x-www-form-urlencoded' } = request.headers;
  const answer = await fetch(`${deps.slackUrl}/api/${method}`, {
    method: 'POST',
    headers: { authorization, 'content-type': type },
    body,
  });
  return z.looseObject({ ok: z.boolean() }).parse(JSON.parse(deps.rewrite(await answer.text())));
}

function argumentsOf(request: IncomingMessage, body: string): CallArguments {
  if (!request.headers['content-type']?.includes('json')) return Object.fromEntries(new URLSearchParams(body));
  const parts: [string, unknown][] = Object.entries(JSON.parse(body));
  return Object.fromEntries(
    parts.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

function send(response: ServerResponse, answer: object, headers: Record<string, string> = {}): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(answer));
}
