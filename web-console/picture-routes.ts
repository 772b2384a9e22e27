import { type Request, type RequestHandler, type Response, Router } from 'express';
import { XepaError } from '../core/errors.ts';
import type { PageAnswers } from '../core/page-answers.ts';
import { type PutWishDeps, putWish } from '../core/put-wish.ts';
import { mustBeOpen } from './access.ts';
import { type ActingDeps, actorOf, enterFrom } from './acting.ts';
import type { PictureNews } from './page-contract.ts';
import type { RateLimit } from './rate-limit.ts';
import { isRefusal, refuse } from './refusals.ts';
import { sendRefusal } from './replies.ts';

export interface PictureRoutesDeps extends ActingDeps, Pick<PutWishDeps, 'wishes' | 'notices'> {
  pageAnswers: Pick<PageAnswers, 'find'>;
  pictureLimit: RateLimit;
}

/**
 * A picture of the screen for the install's thread, as `/xepa shot` makes one: who may watch may have it, and the bot asks
 * the policy again. @param ours only our own page may send what changes something
 */
export function pictureRoutes(deps: PictureRoutesDeps, ours: RequestHandler[]): Router {
  const router = Router();
  const at = '/api/console/:install/picture';
  router.post(at, ...ours, (request, response) => want(deps, request, response));
  router.get(`${at}/:nonce`, (request, response) => tellNews(deps, request, response));
  return router;
}

async function want(deps: PictureRoutesDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterFrom(deps, request);
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const closed = mustBeOpen(entry);
  if (closed) return sendRefusal(response, closed);
  const { record, session } = entry;
  if (!record.slack) return sendRefusal(response, refuse('machine-refuses', 'This install has no thread in Slack.'));
  if (!(await deps.pictureLimit.pass(session.slackUser))) return sendRefusal(response, refuse('too-fast'));
  const wanted = { what: 'picture', lines: 0, asFile: false, onPage: true } as const;
  const place = { by: session.slackUser, channel: record.slack.channel };
  try {
    const { nonce } = await putWish(deps, record.id, { ...wanted, ...place }, actorOf(entry));
    response.json({ nonce });
  } catch (error) {
    if (!(error instanceof XepaError) || error.code !== 'conflict') throw error;
    sendRefusal(response, refuse('too-fast', error.userMessage));
  }
}

async function tellNews(deps: PictureRoutesDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterFrom(deps, request);
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const nonce = String(request.params.nonce);
  if (!/^[\w-]{1,64}$/.test(nonce)) return sendRefusal(response, refuse('bad-request'));
  const news: PictureNews = (await deps.pageAnswers.find(entry.record.id, nonce)) ?? { state: 'waiting' };
  response.json(news);
}
