import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import type { DiscProgress } from '../core/disc-progress.ts';
import { toXepaError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { mustBeOpen } from './access.ts';
import { type ActingDeps, actorOf, enterFrom, enterToAct } from './acting.ts';
import { type Act, withAct } from './console-acts.ts';
import { discFetch } from './disc-wish.ts';
import type { Machine, MediaWish } from './machine.ts';
import type { MachineLook, MachineView, PowerAction } from './machine-contract.ts';
import { discName } from './machine-view.ts';
import type { PersonNames } from './person-names.ts';
import type { RateLimit } from './rate-limit.ts';
import { isRefusal, refuse } from './refusals.ts';
import { sendRefusal } from './replies.ts';

export interface MachineRoutesDeps extends ActingDeps {
  machine: Machine;
  lookLimit: RateLimit;
  discProgress: Pick<DiscProgress, 'read'>;
  names: Pick<PersonNames, 'of'>;
  clock: Clock;
  log: Logger;
}

const powerActions = [
  ...['acpi-shutdown', 'reset', 'pause', 'resume', 'on'],
  ...['boot-cd', 'boot-disk', 'installer'],
] as const satisfies readonly PowerAction[];

/** What cannot be taken back by pressing another button is confirmed by the device's name, here as on the page. */
const PowerWish = z.union([
  z.object({ action: z.enum(powerActions) }),
  z.object({ action: z.literal('off'), device: z.string() }),
]);
const MediaWishBody: z.ZodType<MediaWish> = z.discriminatedUnion('action', [
  z.object({ action: z.literal('eject'), force: z.boolean().default(false) }),
  z.object({
    action: z.literal('insert'),
    disc: z.enum(['own', 'other', 'browser']),
    force: z.boolean().default(false),
  }),
]);

/** Power and drive of the VM. @param ours only our own page may send what changes something */
export function machineRoutes(deps: MachineRoutesDeps, ours: RequestHandler[]): Router {
  const router = Router();
  router.get('/api/console/:install/machine', (request, response) => look(deps, request, response));
  router.post('/api/console/:install/power', ...ours, (request, response) => power(deps, request, response));
  router.post('/api/console/:install/media', ...ours, (request, response) => media(deps, request, response));
  return router;
}

async function look(deps: MachineRoutesDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterFrom(deps, request);
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const closed = mustBeOpen(entry);
  if (closed) return sendRefusal(response, closed);
  // Each look is a conversation with QEMU.
  if (!(await deps.lookLimit.pass(entry.session.slackUser))) return sendRefusal(response, refuse('too-fast'));
  const { record } = entry;
  await answer(deps, response, { installId: record.id }, async () => {
    const onlooker = { user: entry.session.slackUser, names: await deps.names.of(record.id) };
    const fetch = discFetch(record, await deps.discProgress.read(record.id), onlooker);
    const look: MachineLook = { ...(await deps.machine.look(record)), fetch };
    return look;
  });
}

async function power(deps: MachineRoutesDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterToAct(deps, request, 'console-power');
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const { record } = entry;
  const wish = PowerWish.safeParse(request.body);
  if (!wish.success) return sendRefusal(response, refuse('bad-request'));
  if (wish.data.action === 'off' && wish.data.device !== record.device.name) {
    return sendRefusal(response, refuse('bad-request', `Type ${record.device.name} to switch its VM off.`));
  }
  const { action } = wish.data;
  await note(deps, record.id, { type: 'console-power', what: action, by: actorOf(entry), at: deps.clock.now() });
  await answer(deps, response, { installId: record.id, action }, () => deps.machine.power(record, action));
}

async function media(deps: MachineRoutesDeps, request: Request, response: Response): Promise<void> {
  const entry = await enterToAct(deps, request, 'console-media');
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const { record } = entry;
  const body = MediaWishBody.safeParse(request.body);
  if (!body.success) return sendRefusal(response, refuse('bad-request'));
  const wish = body.data;
  const { action, force } = wish;
  const disc = wish.action === 'insert' ? { disc: discName(record, wish.disc) } : {};
  const act = { type: 'console-media', what: action, ...disc, detail: force ? { force } : {} } as const;
  await note(deps, record.id, { ...act, by: actorOf(entry), at: deps.clock.now() });
  await answer(deps, response, { installId: record.id, action, media: true }, () => deps.machine.media(record, wish));
}

/** Written before it is done: a crash in between leaves a line too many, never one too few. */
async function note(deps: MachineRoutesDeps, installId: string, act: Act): Promise<void> {
  await deps.store.update(installId, (current) => withAct(current, act));
}

/** What QEMU and its guest make of it, or their refusal. */
async function answer(
  deps: MachineRoutesDeps,
  response: Response,
  about: { installId: string; action?: string; media?: boolean },
  work: () => Promise<MachineView>,
): Promise<void> {
  try {
    response.json(await work());
  } catch (thrown) {
    const err = toXepaError(thrown);
    deps.log.warn({ ...about, err }, 'QEMU did not do or tell what it was asked');
    const own = err.code === 'conflict' || err.code === 'not-found';
    // Of the drive there is one conflict only, and the page knows a way out of it.
    const refusal = about.media && err.code === 'conflict' ? 'disc-held' : 'machine-refuses';
    sendRefusal(response, refuse(own ? refusal : 'screen-silent', err.userMessage));
  }
}
