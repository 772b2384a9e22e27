import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import type { DiscProgress } from '../core/disc-progress.ts';
import { toXepaError } from '../core/errors.ts';
import { holdsPassword } from '../core/held-password.ts';
import type { Logger } from '../core/log.ts';
import { type ActingDeps, actorOf, enterFrom, enterToAct } from './acting.ts';
import { wishForDisc } from './disc-wish.ts';
import type { Machine } from './machine.ts';
import { isRefusal, refuse } from './refusals.ts';
import { sendRefusal } from './replies.ts';
import { isBusy } from './upload/busy.ts';

export interface DiscRoutesDeps extends ActingDeps {
  machine: Machine;
  discProgress: Pick<DiscProgress, 'read'>;
  /** Names that may be typed. */
  isoNames(): Promise<string[]>;
  clock: Clock;
  log: Logger;
}

const Typed = z.object({
  iso: z.string().trim().min(1).max(2_048),
  sha256: z
    .string()
    .trim()
    .regex(/^[0-9a-f]{64}$/i)
    .optional(),
});

/** Another ISO for the drive. @param ours only our own page may send what changes something */
export function discRoutes(deps: DiscRoutesDeps, ours: RequestHandler[]): Router {
  const router = Router();
  router.get('/api/console/:install/isos', (request, response) => listNames(deps, request, response));
  router.post('/api/console/:install/disc', ...ours, (request, response) => want(deps, request, response));
  return router;
}

async function listNames(deps: DiscRoutesDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterFrom(deps, request);
  if (isRefusal(entry)) return sendRefusal(response, entry);
  response.json({ names: await deps.isoNames() });
}

async function want(deps: DiscRoutesDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterToAct(deps, request, 'console-disc');
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const typed = Typed.safeParse(request.body);
  if (!typed.success) return sendRefusal(response, refuse('bad-request', howToType));
  // Before it stands in the record and on the audit trail, which many may read.
  if (holdsPassword(typed.data.iso)) return sendRefusal(response, refuse('bad-request', noPasswords));
  const { record } = entry;
  if (record.discWish?.by.id !== entry.session.slackUser && (await isBusy(deps, record))) {
    return sendRefusal(response, refuse('upload-busy'));
  }
  if (await isInDrive(deps, record)) return sendRefusal(response, refuse('machine-refuses', ejectFirst));
  const wish = { by: actorOf(entry), at: deps.clock.now() };
  const written = await deps.store.update(record.id, (current) => wishForDisc(current, typed.data, wish));
  if (written.discWish?.at !== wish.at) return sendRefusal(response, refuse('ended'));
  response.json({ done: 'asked' });
}

/** The one that was fetched before goes when the next one comes. */
export async function isInDrive(
  deps: Pick<DiscRoutesDeps, 'machine' | 'log'>,
  record: InstallRecord,
): Promise<boolean> {
  if (record.facts.otherDisc?.state !== 'ready') return false;
  try {
    const { discs } = await deps.machine.look(record);
    return discs.some(({ id, inDrive }) => id === 'other' && inDrive);
  } catch (thrown) {
    deps.log.warn({ installId: record.id, err: toXepaError(thrown) }, 'QEMU did not tell what is in the drive');
    return true;
  }
}

const howToType = 'Type the name of an ISO, or its full https:// address; a SHA-256 has 64 hexadecimal digits.';
const noPasswords = 'The address holds a user name or password, which everybody here could read. Use one without.';
export const ejectFirst =
  'The ISO that was fetched before is in the drive, and makes room for the next one. Eject it first.';
