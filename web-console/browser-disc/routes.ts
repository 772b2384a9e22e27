import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { type ActingDeps, actorOf, enterToAct } from '../acting.ts';
import { FileName } from '../file-name.ts';
import { isRefusal, refuse } from '../refusals.ts';
import { sendRefusal } from '../replies.ts';
import { MAX_FILE_BYTES } from './disc-contract.ts';
import type { DiscLeases } from './leases.ts';
import { type ChosenFile, isSame, takeBack, wishToServe } from './wish.ts';

export interface BrowserDiscRoutesDeps extends ActingDeps {
  discLeases: Pick<DiscLeases, 'look'>;
  clock: Clock;
}

const Chosen: z.ZodType<ChosenFile> = z.strictObject({
  name: FileName,
  bytes: z.int().min(1).max(MAX_FILE_BYTES),
  key: z.string().regex(/^[0-9a-f]{64}$/),
});

/** A file of somebody's computer for the drive. @param ours only our own page may send what changes something */
export function browserDiscRoutes(deps: BrowserDiscRoutesDeps, ours: RequestHandler[]): Router {
  const router = Router();
  const at = '/api/console/:install/browser-disc';
  router.post(at, ...ours, (request, response) => want(deps, request, response));
  router.post(`${at}/stop`, ...ours, (request, response) => stop(deps, request, response));
  return router;
}

async function want(deps: BrowserDiscRoutesDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterToAct(deps, request, 'console-browser-disc');
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const chosen = Chosen.safeParse(request.body);
  if (!chosen.success) return sendRefusal(response, refuse('bad-request', noFile));
  const { record, session } = entry;
  const file = chosen.data;
  // Chosen again, after a reload say: it goes on, and nobody is asked anew.
  if (isSame(record, file, session.slackUser)) return void response.json({ done: 'known' });
  if (await isAnothers(deps, record, session.slackUser)) return sendRefusal(response, refuse('machine-refuses', busy));
  const wish = { by: actorOf(entry), at: deps.clock.now() };
  const written = await deps.store.update(record.id, (current) => wishToServe(current, file, wish));
  if (written.browserDisc?.at !== wish.at) return sendRefusal(response, refuse('ended'));
  response.json({ done: 'asked' });
}

/** Nobody takes away the disc that somebody else's page is there for. */
async function isAnothers(
  deps: BrowserDiscRoutesDeps,
  { id, browserDisc: disc }: InstallRecord,
  user: string,
): Promise<boolean> {
  if (!disc || disc.over === true || disc.by.id === user) return false;
  const now = await deps.discLeases.look(id);
  return now?.n === disc.n && now.live;
}

async function stop(deps: BrowserDiscRoutesDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterToAct(deps, request, 'console-browser-disc');
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const wish = { by: actorOf(entry), at: deps.clock.now() };
  await deps.store.update(entry.record.id, (current) => takeBack(current, wish));
  response.json({ done: 'stopped' });
}

const noFile = 'This file cannot be served: it has no name, or is empty, or larger than a terabyte.';
const busy = 'A file of somebody else’s computer is served to this server. Ask them to stop it first.';
