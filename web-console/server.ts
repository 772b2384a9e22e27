import express, { type ErrorRequestHandler, type Express } from 'express';
import type { Logger } from '../core/log.ts';
import { type ApiDeps, apiRoutes, onlyOurPage } from './api-routes.ts';
import type { Assets } from './assets.ts';
import { type CustodyRoutes, custodyRoutes } from './custody-routes.ts';
import { furtherHeaders, securityHeaders } from './headers.ts';
import { pageRoutes, sendAsset } from './page-routes.ts';
import { type PlayRoutes, playRoutes } from './recordings/routes.ts';
import { refuse } from './refusals.ts';
import { refusalOfStatus, sendRefusal } from './replies.ts';
import { serialRoutes } from './serial/routes.ts';
import { type StepUpRoutes, stepUpRoutes } from './step-up/routes.ts';
import type { Targets } from './target.ts';

export interface ServerDeps {
  api: ApiDeps;
  custody: CustodyRoutes;
  targets: Targets;
  stepUp: StepUpRoutes;
  players: PlayRoutes;
  assets: Assets;
  /** Rejects when this process cannot do its work. */
  health(): Promise<unknown>;
  /** True once this process takes no new connection. */
  leaving(): boolean;
  /** Reverse proxies in front of us, whose X-Forwarded-For is believed. */
  proxies: number;
  log: Logger;
}

/** The HTTP side of the console; screens come in by the gateway. */
export function buildServer(deps: ServerDeps): Express {
  const app = express();
  app.set('trust proxy', deps.proxies);
  app.set('etag', false);
  app.set('case sensitive routing', true);
  app.use(securityHeaders(deps.api.publicUrl), furtherHeaders);
  app.use((_request, response, next) => {
    // The next request of this browser is for another process.
    if (deps.leaving()) response.set('Connection', 'close');
    next();
  });
  app.use((request, response, next) => {
    response.once('finish', () => {
      const { statusCode } = response;
      if (![401, 403, 429].includes(statusCode)) return;
      deps.api.remark({ from: request.ip, status: statusCode, route: request.route?.path }, 'a request was refused');
    });
    next();
  });
  app.get('/healthz', async (_request, response) => {
    if (deps.leaving()) return sendRefusal(response, refuse('going-away'));
    await deps.health();
    response.json({ ok: true });
  });
  app.use(pageRoutes(deps.assets));
  app.use(apiRoutes(deps.api));
  app.use(custodyRoutes(deps.api, deps.custody));
  app.use(serialRoutes({ ...deps.api, targets: deps.targets }));
  app.use(stepUpRoutes(deps.stepUp, onlyOurPage(deps.api.publicUrl)));
  app.use(playRoutes(deps.players, onlyOurPage(deps.api.publicUrl)));
  app.use((request, response) => {
    const isPerson = request.method === 'GET' && request.accepts(['json', 'html']) === 'html';
    // Who types our bare address is told where the way in is.
    if (isPerson) sendAsset(request, response.status(404), deps.assets.open);
    else sendRefusal(response, refuse('not-found'));
  });
  app.use(errorHandler(deps.log));
  return app;
}

/** The last resort: what Express refuses is the client's fault, all else is ours and worth another try. */
function errorHandler(log: Logger): ErrorRequestHandler {
  return (err, request, response, next) => {
    if (response.headersSent) return next(err);
    const clientFault = refusalOfStatus(Number(err?.status));
    if (clientFault) return sendRefusal(response, clientFault);
    log.error({ err, route: request.route?.path }, 'a request failed');
    response.status(503).json({ refused: 'unavailable', message: 'XEPA cannot answer right now. Try again shortly.' });
  };
}
