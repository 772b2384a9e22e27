import express, { type Request } from 'express';
import { z } from 'zod';
import { FakeApi } from '../fake-api.ts';
import type { Refused } from '../refused.ts';
import type { LatAccount, LatServer } from './account.ts';
import { latError, refused } from './refused.ts';
import { renderServer } from './render.ts';
import { Restarts } from './restarts.ts';

export interface LatApiDeps {
  account: LatAccount;
  apiKey: string;
  /** Milliseconds between the answer and the restart. */
  delayMs: number;
  /** Most entries on a page; what is asked for is cut to it. */
  pageSize?: number;
}

const Action = z.strictObject({
  data: z.strictObject({ type: z.literal('actions'), attributes: z.strictObject({ action: z.literal('reboot') }) }),
});
const settled = ['on', 'off', 'unknown', 'failed_deployment'];

/** The part of Latitude.sh's API that a rescue needs, in front of machines. */
export class LatitudeApi extends FakeApi {
  readonly #deps: LatApiDeps;
  readonly #restarts: Restarts;

  constructor(deps: LatApiDeps) {
    super({
      delayMs: deps.delayMs,
      parser: express.json(),
      errorBody: (status, text) => latError(status, 'INJECTED', text),
    });
    this.#deps = deps;
    this.#restarts = new Restarts(this.work);
    this.router.use((request, response, next) => {
      response.type('application/vnd.api+json');
      if (request.get('Authorization') === deps.apiKey) return next();
      throw refused(401, 'UNAUTHORIZED', 'The API key is not known');
    });
    this.#addServerRoutes();
    this.#addRescueRoutes();
    this.endRoutes(() => notFound());
  }

  #addServerRoutes(): void {
    this.router.get('/servers', ({ query }, response) => {
      const [wanted, number] = [query['page[size]'] ?? 20, query['page[number]'] ?? 1].map(Number);
      const size = Math.min(wanted ?? 20, this.#deps.pageSize ?? 100);
      const from = ((number ?? 1) - 1) * size;
      const servers = [...this.#deps.account.servers.values()].slice(from, from + size);
      response.json({ data: servers.map(renderServer), meta: {} });
    });
    this.router.get('/servers/:id', (request, response) => {
      response.json({ data: renderServer(this.#server(request)), meta: {} });
    });
  }

  #addRescueRoutes(): void {
    this.router.post('/servers/:id/rescue_mode', (request, response) => {
      const server = this.#server(request);
      requireUnlocked(server);
      if (!settled.includes(server.status)) throw inTheWay(server);
      if (!server.rescueAllowed) throw refused(422, 'RESCUE_NOT_ALLOWED', 'Rescue mode is not allowed');
      this.#restarts.accept(server, 'rescue');
      response.status(201).json({ meta: {} });
    });
    this.router.post('/servers/:id/exit_rescue_mode', (request, response) => {
      const server = this.#server(request);
      requireUnlocked(server);
      if (server.status !== 'rescue_mode') throw inTheWay(server);
      this.#restarts.accept(server, 'disk');
      response.json({ meta: {} });
    });
    this.router.post('/servers/:id/actions', (request, response) => {
      const server = this.#server(request);
      if (!Action.safeParse(request.body).success) throw refused(422, 'INVALID', 'action is not included');
      requireUnlocked(server);
      this.#restarts.reboot(server);
      const data = { id: 'act_1', type: 'actions', attributes: { status: 'Rebooting device' } };
      response.status(201).json({ data, meta: {} });
    });
  }

  #server({ params }: Request): LatServer {
    const server = this.#deps.account.servers.get(String(params.id));
    if (server) return server;
    throw notFound();
  }
}

function notFound(): Refused {
  return refused(404, 'NOT_FOUND', 'Specified Record Not Found');
}

function requireUnlocked({ locked }: LatServer): void {
  if (locked) throw refused(422, 'SERVER_LOCKED', 'The server is locked');
}

/** What the rescue mode is refused with is not published: these are the codes of a reinstallation. */
function inTheWay({ status }: LatServer): Refused {
  if (status === 'rescue_mode') return refused(422, 'SERVER_IN_RESCUE_MODE', 'Server is in rescue mode');
  return refused(422, 'SERVER_BEING_PROVISIONED', `Server is being provisioned: ${status}`);
}
