import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { Faults } from '../../lab/cloud/faults.ts';
import type { OvhAccount, OvhServer } from './account.ts';
import { ovhError, Refused } from './refused.ts';
import { renderServer, renderTask } from './render.ts';
import { Restarts } from './restarts.ts';
import { mustBeSigned, type OvhKeys } from './signed.ts';

export interface OvhRequest {
  method: string;
  path: string;
  body: unknown;
}

export interface OvhApiDeps {
  account: OvhAccount;
  keys: OvhKeys;
  /** Milliseconds between the answer and the reboot. */
  delayMs: number;
  /** Milliseconds since 1970, by the provider's clock. */
  now(): number;
}

const Settings = z
  .strictObject({
    bootId: z.number().nullable(),
    bootScript: z.string().nullable(),
    efiBootloaderPath: z.string().nullable(),
    rescueSshKey: z.string().nullable(),
    rescueMail: z.string().nullable(),
    monitoring: z.boolean(),
    noIntervention: z.boolean(),
    rootDevice: z.string().nullable(),
  })
  .partial();

type Raw = Request & { rawBody?: string };

/** The part of OVHcloud's API for dedicated servers that a rescue needs, in front of machines. */
export class OvhApi {
  readonly router: Router = express.Router();
  /** Every request that came, in order, faults included. */
  readonly requests: OvhRequest[] = [];
  readonly #deps: OvhApiDeps;
  readonly #restarts: Restarts;
  readonly #faults = new Faults((status) => ovhError(status, 'INJECTED', `injected ${status}`));

  constructor(deps: OvhApiDeps) {
    this.#deps = deps;
    this.#restarts = new Restarts(deps.account, deps.delayMs);
    const keepRaw = (request: Raw, _response: unknown, bytes: Buffer) => {
      request.rawBody = bytes.toString();
    };
    this.router.use(express.json({ verify: keepRaw }));
    this.router.use(({ method, path, body }, _response, next) => {
      this.requests.push({ method, path, body });
      next();
    });
    this.router.use(this.#faults.handler);
    this.router.get('/auth/time', (_request, response) => void response.json(this.#seconds()));
    this.router.use((request, _response, next) => {
      mustBeSigned(request, deps.keys, this.#seconds());
      next();
    });
    this.#addServerRoutes();
    this.#addBootRoutes();
    this.#addTaskRoutes();
    this.router.use(() => {
      throw new Refused(404, 'NOT_FOUND', 'Got an invalid (or empty) URL');
    });
    this.router.use(answerError);
  }

  /** Arms a fault: see its type. */
  readonly fail: Faults['add'] = (fault) => this.#faults.add(fault);

  /** Disarms all faults. */
  heal(): void {
    this.#faults.clear();
  }

  /** Waits for every reboot that was asked for. */
  settled(): Promise<void> {
    return this.#restarts.settled();
  }

  close(): Promise<void> {
    return this.#restarts.close();
  }

  #seconds(): number {
    return Math.floor(this.#deps.now() / 1_000);
  }

  #addServerRoutes(): void {
    this.router.get('/dedicated/server', (_request, response) => {
      const own = [...this.#deps.account.servers.values()].filter(({ owner }) => owner === 'account');
      response.json(own.map(({ name }) => name));
    });
    this.router.get('/dedicated/server/:name', (request, response) => {
      response.json(renderServer(this.#server(request)));
    });
    this.router.put('/dedicated/server/:name', (request, response) => {
      const server = this.#server(request);
      const wanted = Settings.safeParse(request.body);
      if (!wanted.success) throw new Refused(400, 'INVALID_ARGUMENT', z.prettifyError(wanted.error));
      const { bootId } = wanted.data;
      const unknown = typeof bootId === 'number' && !server.boots.some((boot) => boot.bootId === bootId);
      if (unknown) throw new Refused(400, 'INVALID_ARGUMENT', `bootId ${bootId} is not available for this server`);
      Object.assign(server.settings, wanted.data);
      response.status(200).end();
    });
  }

  #addBootRoutes(): void {
    this.router.get('/dedicated/server/:name/boot', (request, response) => {
      const { bootType } = request.query;
      const found = this.#server(request).boots.filter((boot) => bootType === undefined || boot.bootType === bootType);
      response.json(found.map(({ bootId }) => bootId));
    });
    this.router.get('/dedicated/server/:name/boot/:id', (request, response) => {
      const boot = this.#server(request).boots.find(({ bootId }) => String(bootId) === request.params.id);
      if (!boot) throw notFound('bootId', request.params.id);
      response.json(boot);
    });
  }

  #addTaskRoutes(): void {
    this.router.post('/dedicated/server/:name/reboot', (request, response) => {
      const server = this.#server(request);
      const busy = server.tasks.some(({ function: name, status }) => name !== 'hardReboot' && status === 'doing');
      if (busy) throw new Refused(409, 'CONFLICT', 'A task is already running on this server');
      const task = this.#deps.account.addTask(server, 'hardReboot');
      this.#restarts.accept(server, task);
      response.json(renderTask(task));
    });
    this.router.get('/dedicated/server/:name/task', (request, response) => {
      const { function: wanted, status } = request.query;
      const found = this.#server(request).tasks.filter(
        (task) => (wanted ?? task.function) === task.function && (status ?? task.status) === task.status,
      );
      response.json(found.map(({ taskId }) => taskId));
    });
    this.router.get('/dedicated/server/:name/task/:id', (request, response) => {
      const task = this.#server(request).tasks.find(({ taskId }) => String(taskId) === request.params.id);
      if (!task) throw notFound('taskId', request.params.id);
      response.json(renderTask(task));
    });
  }

  #server(request: Request): OvhServer {
    const name = String(request.params.name);
    const server = this.#deps.account.servers.get(name);
    if (server?.owner === 'account') return server;
    throw notFound('serviceName', name);
  }
}

function notFound(what: string, value: string): Refused {
  return new Refused(404, 'NOT_FOUND', `The requested object (${what} = ${value}) does not exist`);
}

function answerError(error: unknown, _request: Request, response: Response, _next: NextFunction): void {
  const refused = error instanceof Refused ? error : new Refused(500, 'INTERNAL', 'internal server error');
  response.status(refused.status).json(refused.body);
}
