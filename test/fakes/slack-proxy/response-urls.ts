import type { ServerResponse } from 'node:http';

/** An interaction may be answered this often. */
const USES = 5;

/** Answers to interactions, on their way to the look-alike. */
export interface ResponseUrls {
  /** Passes an answer on until the response URL is used up, as Slack's are after five posts. */
  answer(path: string, exchange: { response: ServerResponse; body: string }): Promise<void>;
  /** From now on every response URL is used up. */
  useUp(): void;
}

export function createResponseUrls(slackUrl: string): ResponseUrls {
  const uses = new Map<string, number>();
  let left = USES;
  const answer: ResponseUrls['answer'] = async (path, { response, body }) => {
    const used = uses.get(path) ?? 0;
    uses.set(path, used + 1);
    if (used >= left) return void response.writeHead(404).end(JSON.stringify({ ok: false, error: 'used_url' }));
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(slackUrl + path, { method: 'POST', headers, body });
    response.writeHead(answer.status).end(await answer.text());
  };
  const useUp = () => {
    left = 0;
  };
  return { answer, useUp };
}
