import express, { type Request, type Response } from 'express';
import { z } from 'zod';
import { FakeApi } from '../fake-api.ts';
import type { Refused } from '../refused.ts';
import { RESCUE, type ScomAccount, type ScomServer } from './account.ts';
import { refused, scomError } from './refused.ts';
import { renderFeatures, renderHost, renderKey, renderServer } from './render.ts';
import { Restarts } from './restarts.ts';

export interface ScomApiDeps {
  account: ScomAccount;
  token: string;
  /** Milliseconds between the answer and the restart. */
  delayMs: number;
  /** Most entries on a page; what is asked for is cut to it. */
  pageSize?: number;
}

const Login = z
  .strictObject({
    auth_methods: z.array(z.enum(['password', 'ssh_key'])).min(1),
    ssh_key_fingerprints: z.array(z.string()).default([]),
  })
  .refine((login) => !login.auth_methods.includes('ssh_key') || login.ssh_key_fingerprints.length > 0, {
    path: ['ssh_key_fingerprints'],
    message: "can't be blank",
  });
const NewKey = z.strictObject({ name: z.string().min(1), public_key: z.string().regex(/^(ssh-\S+|ecdsa-\S+) \S+/) });
const SERVER = '/hosts/dedicated_servers/:id';

/** The part of the public API of Servers.com that a rescue needs, in front of machines. */
export class ServerscomApi extends FakeApi {
  readonly #deps: ScomApiDeps;
  readonly #restarts: Restarts;

  constructor(deps: ScomApiDeps) {
    super({ delayMs: deps.delayMs, parser: express.json(), errorBody: (_status, text) => scomError('INJECTED', text) });
    this.#deps = deps;
    this.#restarts = new Restarts(deps.account, this.work);
    this.router.use((request, _response, next) => {
      if (request.get('Authorization') === `Bearer ${deps.token}`) return next();
      throw refused(401, 'UNAUTHORIZED', 'Unauthorized');
    });
    this.#addHostRoutes();
    this.#addRescueRoutes();
    this.#addPowerRoutes();
    this.#addKeyRoutes();
    this.endRoutes(() => refused(404, 'NOT_FOUND', 'Not found'));
  }

  #addHostRoutes(): void {
    this.router.get('/hosts', (request, response) => {
      const servers = [...this.#deps.account.servers.values()];
      this.#sendPage(
        servers.map((server) => renderHost(server)),
        request,
        response,
      );
    });
    this.router.get(SERVER, (request, response) => {
      response.json(renderServer(this.#server(request)));
    });
    this.router.get(`${SERVER}/features`, (request, response) => {
      this.#sendPage(renderFeatures(this.#server(request)), request, response);
    });
  }

  #addRescueRoutes(): void {
    const { account } = this.#deps;
    this.router.post(`${SERVER}/features/${RESCUE}/activate`, (request, response) => {
      const server = this.#server(request);
      const login = Login.safeParse(request.body ?? {});
      if (!login.success) throw invalid(login.error);
      const { ssh_key_fingerprints: fingerprints } = login.data;
      if (!fingerprints.every((fingerprint) => account.keys.has(fingerprint))) {
        throw refused(404, 'NOT_FOUND', 'SSH key not found');
      }
      requireRescue(server, 'deactivated');
      server.fingerprints = fingerprints;
      this.#restarts.switchRescue(server, true);
      response.status(202).json({ name: RESCUE, status: server.features[RESCUE] });
    });
    this.router.post(`${SERVER}/features/${RESCUE}/deactivate`, (request, response) => {
      const server = this.#server(request);
      requireRescue(server, 'activated');
      this.#restarts.switchRescue(server, false);
      response.status(202).json({ name: RESCUE, status: server.features[RESCUE] });
    });
  }

  #addPowerRoutes(): void {
    for (const [action, from] of [
      ['power_cycle', 'powered_on'],
      ['power_on', 'powered_off'],
    ]) {
      this.router.post(`${SERVER}/${action}`, (request, response) => {
        const server = this.#server(request);
        if (server.powerStatus !== from) throw notReady();
        this.#restarts.cycle(server);
        response.status(202).json(renderServer(server));
      });
    }
  }

  #addKeyRoutes(): void {
    const { account } = this.#deps;
    this.router.get('/ssh_keys', (request, response) => {
      this.#sendPage([...account.keys.values()].map(renderKey), request, response);
    });
    this.router.post('/ssh_keys', (request, response) => {
      const wanted = NewKey.safeParse(request.body);
      if (!wanted.success) throw invalid(wanted.error);
      response.status(201).json(renderKey(account.addKey(wanted.data.name, wanted.data.public_key)));
    });
    this.router.delete('/ssh_keys/:fingerprint', (request, response) => {
      if (!account.keys.delete(request.params.fingerprint)) throw refused(404, 'NOT_FOUND', 'Not found');
      response.status(204).end();
    });
  }

  /** Whether there is another page stands in a header, with the address of it. */
  #sendPage(all: readonly unknown[], { query, path }: Request, response: Response): void {
    const size = Math.min(Number(query.per_page ?? 20), this.#deps.pageSize ?? 100);
    const page = Number(query.page ?? 1);
    const link = (number: number, rel: string) => `<https://api.example${path}?page=${number}>; rel="${rel}"`;
    const links = [link(1, 'first'), link(Math.max(1, Math.ceil(all.length / size)), 'last')];
    if (page * size < all.length) links.push(link(page + 1, 'next'));
    response.set('Link', links.join(', ')).json(all.slice((page - 1) * size, page * size));
  }

  #server({ params }: Request): ScomServer {
    const server = this.#deps.account.servers.get(String(params.id));
    if (server) return server;
    throw refused(404, 'NOT_FOUND', 'Not found');
  }
}

/** Codes and statuses are those that the provider's own client waits for. */
function requireRescue(server: ScomServer, status: 'activated' | 'deactivated'): void {
  if (server.features[RESCUE] !== status) {
    throw refused(409, 'INCOMPATIBLE_FEATURE_STATE', 'Incompatible feature state');
  }
  const settled = server.operationalStatus === (status === 'activated' ? 'rescue_mode' : 'normal');
  if (server.status !== 'active' || !settled) throw notReady();
}

function notReady(): Refused {
  return refused(412, 'PRECONDITION_FAILED', 'Host is not ready');
}

function invalid(error: z.ZodError): Refused {
  const errors = Object.fromEntries(error.issues.map(({ path, message }) => [path.join('.'), message]));
  return refused(422, 'UNPROCESSABLE_ENTITY', 'Unprocessable entity', errors);
}
