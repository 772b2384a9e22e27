import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { InstallStore } from '../../core/install-store.ts';
import { type AccessDeps, enter, mustBeOpen } from '../access.ts';
import { onlyOurPage } from '../api-routes.ts';
import type { SessionCookie } from '../cookie.ts';
import type { RateLimit } from '../rate-limit.ts';
import { isRefusal, refuse } from '../refusals.ts';
import { sendRefusal } from '../replies.ts';
import type { Targets } from '../target.ts';
import { wholeCommand } from './follow.ts';
import { portPlace, SerialPort } from './ports.ts';

export interface SerialRoutesDeps {
  access: AccessDeps;
  cookie: SessionCookie;
  store: Pick<InstallStore, 'note'>;
  targets: Pick<Targets, 'openWith'>;
  actionLimit: RateLimit;
  publicUrl: string;
}

const Asked = z.object({ install: z.string(), port: SerialPort });

/** What a serial port has said since the VM was started, as a file: for everybody who may see the screen. */
export function serialRoutes(deps: SerialRoutesDeps): Router {
  const router = Router();
  // It writes a line of the audit trail, so only our own page may ask.
  router.post('/api/console/:install/serial/:port/log', onlyOurPage(deps.publicUrl), (request, response) =>
    sendLog(deps, request, response),
  );
  return router;
}

async function sendLog(deps: SerialRoutesDeps, request: Request, response: Response): Promise<void> {
  const asked = Asked.safeParse(request.params);
  if (!asked.success) return sendRefusal(response, refuse('not-found'));
  const { install: installId, port } = asked.data;
  const entry = await enter(deps.access, { secret: deps.cookie.read(request.headers.cookie), installId });
  if (isRefusal(entry)) return sendRefusal(response, entry);
  const closed = mustBeOpen(entry);
  if (closed) return sendRefusal(response, closed);
  if (!(await deps.actionLimit.pass(entry.session.slackUser))) return sendRefusal(response, refuse('too-fast'));
  const place = portPlace(entry.record, port);
  if (!place) return sendRefusal(response, refuse('not-found'));
  const actor = { via: 'console', id: entry.session.slackUser } as const;
  await deps.store.note(installId, { type: 'console-serial-log', actor, detail: { port } });
  const { stream, release } = await deps.targets.openWith(entry.record, (shell) => {
    return shell.stream(wholeCommand(place.log));
  });
  response.once('close', release);
  // Never a page: what a guest wrote must not be looked at by a browser as anything but bytes.
  response.set({
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename="${installId}-serial${port}.log"`,
  });
  stream.on('error', () => response.destroy()).pipe(response);
}
