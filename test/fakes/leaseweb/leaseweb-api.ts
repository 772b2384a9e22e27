import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { Faults } from '../../lab/cloud/faults.ts';
import { activeJob, type LeasewebAccount, type LeasewebServer } from './account.ts';
import { leasewebError, Refused } from './refused.ts';
import { renderJob, renderPower, renderServer } from './render.ts';
import { Restarts } from './restarts.ts';

export interface LeasewebRequest {
  method: string;
  /** With what was asked for behind the question mark. */
  url: string;
  body: unknown;
}

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
export class LeasewebApi {
  readonly router: Router = express.Router();
  /** Every request that came, in order, faults included. */
  readonly requests: LeasewebRequest[] = [];
  readonly #deps: LeasewebApiDeps;
  readonly #restarts: Restarts;
  readonly #faults = new Faults((status) => leasewebError(status, `injected ${status}`));

  constructor(deps: LeasewebApiDeps) {
    this.#deps = deps;
    this.#restarts = new Restarts(deps.delayMs);
    this.router.use(express.json());
    this.router.use(({ method, url, body }, _response, next) => {
      this.requests.push({ method, url, body });
      next();
    });
    this.router.use(this.#faults.handler);
    this.router.use((request, _response, next) => {
      if (request.get('X-LSW-Auth') !== deps.apiKey)
        throw new Refused(401, 'You are not authorized to view this resource.');
      next();
    });
    this.#addServerRoutes();
    this.#addJobRoutes();
    this.#addPowerRoutes();
    this.router.use(() => {
      throw notFound();
    });
    this.router.use(answerError);
  }

  /** Arms a fault: see its type. */
  readonly fail: Faults['add'] = (fault) => this.#faults.add(fault);

  /** Disarms all faults. */
  heal(): void {
    this.#faults.clear();
  }

  /** Waits for every restart that was asked for. */
  settled(): Promise<void> {
    return this.#restarts.settled();
  }

  close(): Promise<void> {
    return this.#restarts.close();
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
      if (!wish.success) throw new Refused(400, z.prettifyError(wish.error));
      const { rescueImageId, sshKeys, powerCycle } = wish.data;
      if (!account.images.some(({ id }) => id === rescueImageId)) throw new Refused(400, 'unknown rescueImageId');
      if (activeJob(server)) throw new Refused(409, 'There is an active job for this server.');
      const publicKeys = sshKeys.split('\n').filter((line) => line !== '');
      const job = account.addJob(server, 'rescueMode', { rescueImageId, publicKeys });
      if (powerCycle) this.#restarts.accept(server, job);
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
      this.#restarts.accept(this.#withPower(request), null);
      response.status(204).end();
    });
    this.router.post('/servers/:id/powerOn', (request, response) => {
      const server = this.#withPower(request);
      if (server.machine.power === 'off') this.#restarts.accept(server, null);
      response.status(204).end();
    });
  }

  #withPower(request: Request): LeasewebServer {
    const server = this.#server(request);
    if (server.features.powerCycle) return server;
    throw new Refused(400, 'The power of this server cannot be managed.');
  }

  #server(request: Request): LeasewebServer {
    const server = this.#deps.account.servers.get(String(request.params.id));
    if (server?.owner === 'account') return server;
    throw notFound();
  }
}

function pageOf(request: Request, name: string, all: readonly unknown[]) {
  const paging = Paging.safeParse(request.query);
  if (!paging.success) throw new Refused(400, 'The API could not interpret your request correctly.');
  const { offset } = paging.data;
  const limit = Math.min(paging.data.limit, LONGEST_PAGE);
  return { _metadata: { limit, offset, totalCount: all.length }, [name]: all.slice(offset, offset + limit) };
}

function notFound(): Refused {
  return new Refused(404, 'Resource not found');
}

function answerError(error: unknown, _request: Request, response: Response, _next: NextFunction): void {
  const refused =
    error instanceof Refused ? error : new Refused(500, 'The API could not handle your request at this time.');
  response.status(refused.status).json(refused.body);
}
