import express, { type Request } from 'express';
import { z } from 'zod';
import { FakeApi } from '../fake-api.ts';
import type { Refused } from '../refused.ts';
import type { ScwAccount, ScwServer } from './account.ts';
import { notFound, refused, scwError } from './refused.ts';
import { renderKey, renderServer } from './render.ts';
import { restart } from './restarts.ts';

export interface ScwApiDeps {
  account: ScwAccount;
  secretKey: string;
  /** Milliseconds between the answer and the restart. */
  delayMs: number;
  /** Most entries on a page; what is asked for is cut to it. */
  pageSize?: number;
}

const Boot = z.strictObject({
  boot_type: z.enum(['normal', 'rescue']).default('normal'),
  ssh_key_ids: z.array(z.string()).default([]),
});
const NewKey = z.strictObject({
  name: z.string(),
  public_key: z.string().regex(/^(ssh-\S+|ecdsa-\S+) \S+/),
  project_id: z.string(),
});
const zones = ['fr-par-1', 'fr-par-2', 'nl-ams-1', 'nl-ams-2', 'pl-waw-2', 'pl-waw-3'];
const SERVERS = '/baremetal/v1/zones/:zone/servers';
const KEYS = '/iam/v1alpha1/ssh-keys';
/** From which state each action may be asked for. */
const allowed = { reboot: ['ready', 'error'], start: ['stopped', 'error'] };

/** The part of Scaleway's APIs for Elastic Metal and for SSH keys that a rescue needs, in front of machines. */
export class ScalewayApi extends FakeApi {
  readonly #deps: ScwApiDeps;

  constructor(deps: ScwApiDeps) {
    super({ delayMs: deps.delayMs, parser: express.json(), errorBody: (_status, text) => scwError('injected', text) });
    this.#deps = deps;
    this.router.use((request, _response, next) => {
      if (request.get('X-Auth-Token') === deps.secretKey) return next();
      throw refused(401, 'denied_authentication', 'authentication is denied', { method: 'api_key' });
    });
    this.#addServerRoutes();
    this.#addRestartRoutes();
    this.#addKeyRoutes();
    this.endRoutes(({ path }) => notFound('route', path));
  }

  #addServerRoutes(): void {
    this.router.get(SERVERS, (request, response) => {
      const { zone } = request.params;
      if (!zones.includes(zone)) throw notFound('zone', zone);
      const wanted = request.query.project_id;
      const found = [...this.#deps.account.servers.values()].filter(
        (server) => server.zone === zone && (wanted ?? server.projectId) === server.projectId,
      );
      const { page, total_count } = this.#page(found, request);
      response.json({ total_count, servers: page.map(renderServer) });
    });
    this.router.get(`${SERVERS}/:id`, (request, response) => {
      response.json(renderServer(this.#server(request)));
    });
  }

  #addRestartRoutes(): void {
    for (const action of ['reboot', 'start'] as const) {
      this.router.post(`${SERVERS}/:id/${action}`, (request, response) => {
        const server = this.#server(request);
        const wanted = Boot.safeParse(request.body ?? {});
        if (!wanted.success) throw invalid(wanted.error);
        if (!allowed[action].includes(server.status)) throw inTheWay(server);
        const { boot_type: bootType, ssh_key_ids: keyIds } = wanted.data;
        const unknown = keyIds.find((id) => !this.#deps.account.keys.has(id));
        if (unknown !== undefined) throw notFound('ssh_key', unknown);
        Object.assign(server, { bootType, keyIds, status: 'starting' });
        this.work.accept(server.id, () => restart(this.#deps.account, server));
        response.json(renderServer(server));
      });
    }
  }

  #addKeyRoutes(): void {
    const { account } = this.#deps;
    this.router.get(KEYS, (request, response) => {
      const { name = '', project_id: project } = request.query;
      // The documentation does not say whether a name must be the whole one.
      const found = [...account.keys.values()].filter(
        (key) => key.name.includes(String(name)) && (project ?? key.projectId) === key.projectId,
      );
      const { page, total_count } = this.#page(found, request);
      response.json({ total_count, ssh_keys: page.map(renderKey) });
    });
    this.router.post(KEYS, (request, response) => {
      const wanted = NewKey.safeParse(request.body);
      if (!wanted.success) throw invalid(wanted.error);
      const { name, public_key: publicKey, project_id: projectId } = wanted.data;
      response.json(renderKey(account.addKey({ name, publicKey, projectId })));
    });
    this.router.delete(`${KEYS}/:id`, (request, response) => {
      if (!account.keys.delete(request.params.id)) throw notFound('ssh_key', request.params.id);
      response.status(204).end();
    });
  }

  #page<T>(all: readonly T[], { query }: Request): { page: T[]; total_count: number } {
    const size = Math.min(Number(query.page_size ?? 20), this.#deps.pageSize ?? 100);
    const from = (Number(query.page ?? 1) - 1) * size;
    return { page: all.slice(from, from + size), total_count: all.length };
  }

  #server({ params }: Request): ScwServer {
    const id = String(params.id);
    const server = this.#deps.account.servers.get(id);
    if (server && server.zone === params.zone) return server;
    throw notFound('server', id);
  }
}

function invalid(error: z.ZodError): Refused {
  const details = error.issues.map(({ path, message }) => ({
    ...{ argument_name: path.join('.'), reason: 'constraint', help_message: message },
  }));
  return refused(400, 'invalid_arguments', 'invalid argument(s)', { details });
}

/** The status is the documentation's for a conflict; for these types it names none. */
function inTheWay({ id, status }: ScwServer): Refused {
  const resource = { resource: 'server', resource_id: id };
  if (status === 'locked') return refused(423, 'locked', 'resource is locked', resource);
  if (status === 'stopped' || status === 'ready') {
    return refused(412, 'precondition_failed', `the server is ${status}`, resource);
  }
  const more = { ...resource, current_state: status };
  return refused(409, 'transient_state', 'resource is in a transient state', more);
}
