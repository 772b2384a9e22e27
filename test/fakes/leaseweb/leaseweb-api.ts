import express, { type Request } from 'express';
import { z } from 'zod';
import { FakeApi } from '../fake-api.ts';
import type { Refused } from '../refused.ts';
import { activeJob, type LeasewebAccount, type LeasewebServer } from './account.ts';
import { leasewebError, refused } from './refused.ts';
import { renderJob, renderPower, renderServer } from './render.ts';
import { restart } from './restarts.ts';

export interface LeasewebApiDeps {
  account: LeasewebAccount;
  apiKey: string;
  /** Milliseconds between the answer and the restart. */
  delayMs: number;
}

const Wish = z.strictObject({
  rescueImageId: z.string(),
  sshKeys: z.string().default(''),
  powerCycle: z.boolean().default(true),
  password: z.string().min(1).optional(),
  callbackUrl: z.url().optional(),
  postInstallScript: z.string().optional(),
});
const Paging = z.object({
  limit: z.coerce.number().int().min(0).default(5),
  offset: z.coerce.number().int().min(0).default(0),
});
/** However many are asked for. */
const LONGEST_PAGE = 50;

/** The part of Leaseweb's API for dedicated servers that a rescue needs, in front of machines. */
export class LeasewebApi extends FakeApi {
  readonly #deps: LeasewebApiDeps;

  constructor(deps: LeasewebApiDeps) {
    super({ delayMs: deps.delayMs, parser: express.json(), errorBody: leasewebError });
    this.#deps = deps;
    this.router.use((request, _response, next) => {
      if (request.get('X-LSW-Auth') !== deps.apiKey)
        throw refused(401, 'You are not authorized to view this resource.');
      next();
    });
    this.#addServerRoutes();
    this.#addJobRoutes();
    this.#addPowerRoutes();
    this.endRoutes(() => notFound());
  }

  #addServerRoutes(): void {
    const { account } = this.#deps;
    this.router.get('/servers', (request, response) => {
      const own = [...account.servers.values()].filter(({ owner }) => owner === 'account');
      response.json(pageOf(request, 'servers', own.map(renderServer)));
    });
    this.router.get('/servers/:id', (request, response) => {
      response.json(renderServer(this.#server(request)));
    });
    this.router.get('/rescueImages', (request, response) => {
      response.json(pageOf(request, 'rescueImages', account.images));
    });
    this.router.get('/servers/:id/credentials/RESCUE_MODE', (request, response) => {
      const { rescueUsers } = this.#server(request);
      const logins = rescueUsers.map((username) => ({ type: 'RESCUE_MODE', username }));
      response.json(pageOf(request, 'credentials', logins));
    });
  }

  #addJobRoutes(): void {
    const { account } = this.#deps;
    this.router.get('/servers/:id/jobs', (request, response) => {
      const server = this.#server(request);
      const jobs = server.jobs.map((job) => renderJob(server, job));
      response.json(pageOf(request, 'jobs', jobs));
    });
    this.router.post('/servers/:id/rescueMode', (request, response) => {
      const server = this.#server(request);
      const wish = Wish.safeParse(request.body);
      if (!wish.success) throw refused(400, z.prettifyError(wish.error));
      const { rescueImageId, sshKeys, powerCycle } = wish.data;
      if (!account.images.some(({ id }) => id === rescueImageId)) throw refused(400, 'unknown rescueImageId');
      if (activeJob(server)) throw refused(409, 'There is an active job for this server.');
      const publicKeys = sshKeys.split('\n').filter((line) => line !== '');
      const job = account.addJob(server, 'rescueMode', { rescueImageId, publicKeys });
      if (powerCycle) this.work.accept(server.id, () => restart(server, job));
      response.status(202).json(renderJob(server, job));
    });
    this.router.post('/servers/:id/expireActiveJob', (request, response) => {
      const server = this.#server(request);
      const job = activeJob(server);
      if (!job) throw notFound();
      job.status = 'EXPIRED';
      response.json(renderJob(server, job));
    });
  }

  #addPowerRoutes(): void {
    this.router.get('/servers/:id/powerInfo', (request, response) => {
      response.json(renderPower(this.#withPower(request)));
    });
    this.router.post('/servers/:id/powerCycle', (request, response) => {
      const server = this.#withPower(request);
      this.work.accept(server.id, () => restart(server, null));
      response.status(204).end();
    });
    this.router.post('/servers/:id/powerOn', (request, response) => {
      const server = this.#withPower(request);
      if (server.machine.power === 'off') this.work.accept(server.id, () => restart(server, null));
      response.status(204).end();
    });
  }

  #withPower(request: Request): LeasewebServer {
    const server = this.#server(request);
    if (server.features.powerCycle) return server;
    throw refused(400, 'The power of this server cannot be managed.');
  }

  #server(request: Request): LeasewebServer {
    const server = this.#deps.account.servers.get(String(request.params.id));
    if (server?.owner === 'account') return server;
    throw notFound();
  }
}

function pageOf(request: Request, name: string, all: readonly unknown[]) {
  const paging = Paging.safeParse(request.query);
  if (!paging.success) throw refused(400, 'The API could not interpret your request correctly.');
  const { offset } = paging.data;
  const limit = Math.min(paging.data.limit, LONGEST_PAGE);
  return { _metadata: { limit, offset, totalCount: all.length }, [name]: all.slice(offset, offset + limit) };
}

function notFound(): Refused {
  return refused(404, 'Resource not found');
}
