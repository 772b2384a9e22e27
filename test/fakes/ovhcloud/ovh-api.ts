import express, { type Request } from 'express';
import { z } from 'zod';
import { FakeApi } from '../fake-api.ts';
import type { Refused } from '../refused.ts';
import type { OvhAccount, OvhServer } from './account.ts';
import { ovhError, refused } from './refused.ts';
import { renderServer, renderTask } from './render.ts';
import { restart } from './restarts.ts';
import { mustBeSigned, type OvhKeys } from './signed.ts';

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

function keepRaw(request: Raw, _response: unknown, bytes: Buffer): void {
  request.rawBody = bytes.toString();
}

/** The part of OVHcloud's API for dedicated servers that a rescue needs, in front of machines. */
export class OvhApi extends FakeApi {
  readonly #deps: OvhApiDeps;

  constructor(deps: OvhApiDeps) {
    super({
      delayMs: deps.delayMs,
      parser: express.json({ verify: keepRaw }),
      errorBody: (status, text) => ovhError(status, 'INJECTED', text),
    });
    this.#deps = deps;
    this.router.get('/auth/time', (_request, response) => void response.json(this.#seconds()));
    this.router.use((request, _response, next) => {
      mustBeSigned(request, deps.keys, this.#seconds());
      next();
    });
    this.#addServerRoutes();
    this.#addBootRoutes();
    this.#addTaskRoutes();
    this.endRoutes(() => refused(404, 'NOT_FOUND', 'Got an invalid (or empty) URL'));
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
      if (!wanted.success) throw refused(400, 'INVALID_ARGUMENT', z.prettifyError(wanted.error));
      const { bootId } = wanted.data;
      const unknown = typeof bootId === 'number' && !server.boots.some((boot) => boot.bootId === bootId);
      if (unknown) throw refused(400, 'INVALID_ARGUMENT', `bootId ${bootId} is not available for this server`);
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
      if (busy) throw refused(409, 'CONFLICT', 'A task is already running on this server');
      const task = this.#deps.account.addTask(server, 'hardReboot');
      this.work.accept(server.name, () => restart(this.#deps.account, server, task));
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
  return refused(404, 'NOT_FOUND', `The requested object (${what} = ${value}) does not exist`);
}
