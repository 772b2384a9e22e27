import express, { type Request } from 'express';
import { isPublicKey } from '../../lab/cloud/state.ts';
import { FakeApi } from '../fake-api.ts';
import type { RobotAccount, RobotKey, RobotServer } from './account.ts';
import { Limits } from './limits.ts';
import { invalid, refused, robotError } from './refused.ts';
import {
  renderActivation,
  renderBoot,
  renderKey,
  renderRescue,
  renderReset,
  renderResets,
  renderServer,
} from './render.ts';
import { restart } from './restarts.ts';

export interface RobotApiDeps {
  account: RobotAccount;
  user: string;
  password: string;
  /** Milliseconds between the answer and the reset. */
  delayMs: number;
  now: () => number;
}

/** So many failed logins shut everybody out for a while. */
const FAILED_LOGINS = 3;

/** The part of Hetzner's Robot webservice that a rescue needs, in front of machines. Behaviour as its documentation says. */
export class RobotApi extends FakeApi {
  readonly #account: RobotAccount;
  readonly #limits: Limits;
  #failedLogins = 0;

  constructor(deps: RobotApiDeps) {
    super({
      delayMs: deps.delayMs,
      parser: express.urlencoded({ extended: false }),
      errorBody: (status, text) => robotError(status, 'INJECTED', text),
    });
    this.#account = deps.account;
    this.#limits = new Limits(deps.now);
    this.router.use((request, _response, next) => {
      this.#authenticate(request, deps);
      const most = this.#limits.exceeded(request.method, request.path);
      if (most === null) return next();
      throw refused(403, 'RATE_LIMIT_EXCEEDED', 'rate limit exceeded', { max_request: most, interval: 3_600 });
    });
    this.#addServerRoutes();
    this.#addKeyRoutes();
    this.#addBootRoutes();
    this.#addResetRoutes();
    this.endRoutes(() => refused(404, 'NOT_FOUND', 'not found'));
  }

  /** Lets those in again, too, who were shut out. */
  override heal(): void {
    super.heal();
    this.#failedLogins = 0;
  }

  #authenticate(request: Request, { user, password }: RobotApiDeps): void {
    const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    const shutOut = this.#failedLogins >= FAILED_LOGINS;
    if (!shutOut && request.get('Authorization') === expected) return;
    this.#failedLogins += 1;
    throw refused(401, 'UNAUTHORIZED', 'Unauthorized');
  }

  #addServerRoutes(): void {
    this.router.get('/server', (_request, response) => {
      const own = [...this.#account.servers.values()].filter(({ owner }) => owner === 'account');
      if (own.length === 0) throw refused(404, 'SERVER_NOT_FOUND', 'No server found');
      response.json(own.map((server) => renderServer(server, false)));
    });
    this.router.get('/server/:number', (request, response) => {
      response.json(renderServer(this.#server(request), true));
    });
  }

  #addKeyRoutes(): void {
    this.router.get('/key', (_request, response) => {
      if (this.#account.keys.size === 0) throw refused(404, 'NOT_FOUND', 'No keys found');
      response.json([...this.#account.keys.values()].map(renderKey));
    });
    this.router.post('/key', (request, response) => {
      const { name, data } = formOf(request, ['name', 'data']);
      if (!isPublicKey(data ?? '')) throw invalid(['data']);
      const key = this.#account.addKey(name ?? '', data ?? '');
      if (key === 'exists') throw refused(409, 'KEY_ALREADY_EXISTS', 'The supplied key already exists');
      response.status(201).json(renderKey(key));
    });
    this.router.delete('/key/:fingerprint', (request, response) => {
      if (!this.#account.keys.delete(request.params.fingerprint)) throw refused(404, 'NOT_FOUND', 'Key not found');
      response.status(200).end();
    });
  }

  #addBootRoutes(): void {
    const { router } = this;
    router.get('/boot/:number', (request, response) => {
      const server = this.#server(request);
      response.json(renderBoot(server, this.#account.activation(server)));
    });
    router.get('/boot/:number/rescue', (request, response) => {
      const server = this.#server(request);
      response.json(renderRescue(server, this.#account.activation(server)));
    });
    router.post('/boot/:number/rescue', (request, response) => {
      const server = this.#server(request);
      const { os } = formOf(request, ['os']);
      if (os !== 'linux' && os !== 'vkvm') throw invalid(['os']);
      if (!server.rescueOffered) throw refused(404, 'BOOT_NOT_AVAILABLE', 'No boot configuration available');
      if (server.otherBoot !== null || this.#account.activation(server)) {
        throw refused(409, 'BOOT_ALREADY_ENABLED', 'There is already another boot configuration active');
      }
      this.#account.arm(server, os, this.#authorized(request));
      response.json(renderRescue(server, this.#account.activation(server)));
    });
    router.delete('/boot/:number/rescue', (request, response) => {
      const server = this.#server(request);
      server.armed = false;
      response.json(renderRescue(server, null));
    });
    router.get('/boot/:number/rescue/last', async (request, response) => {
      const server = this.#server(request);
      const { last } = server;
      if (last === null) throw refused(404, 'BOOT_NOT_AVAILABLE', 'No rescue system was activated');
      if (last.used && last.hostKeys.length === 0) last.hostKeys = await server.hostKeys();
      response.json(renderActivation(server, last, this.#account.activation(server) !== null));
    });
  }

  #addResetRoutes(): void {
    this.router.get('/reset/:number', (request, response) => {
      response.json(renderResets(this.#resettable(request)));
    });
    this.router.post('/reset/:number', (request, response) => {
      const server = this.#resettable(request);
      const { type = '' } = formOf(request, ['type']);
      if (!server.resets.includes(type)) throw invalid(['type']);
      if (server.manualReset) throw refused(409, 'RESET_MANUAL_ACTIVE', 'There is already a running manual reset');
      this.work.accept(String(server.number), () => restart(this.#account, server));
      response.json(renderReset(server, type));
    });
  }

  #server(request: Request): RobotServer {
    const server = this.#account.servers.get(Number(request.params.number));
    if (server?.owner === 'account') return server;
    throw refused(404, 'SERVER_NOT_FOUND', `Server with id ${request.params.number} not found`);
  }

  #resettable(request: Request): RobotServer {
    const server = this.#server(request);
    if (server.resets.length > 0) return server;
    throw refused(404, 'RESET_NOT_AVAILABLE', 'The server has no reset option');
  }

  /** The keys that the form names: by their fingerprints, and as an array. */
  #authorized(request: Request): RobotKey[] {
    const given: unknown = request.body['authorized_key[]'] ?? [];
    return [given].flat().map((fingerprint) => {
      const key = this.#account.keys.get(String(fingerprint));
      if (key) return key;
      throw invalid(['authorized_key']);
    });
  }
}

/** The named values of a form. @throws Refused INVALID_INPUT that names what is missing */
function formOf(request: Request, names: readonly string[]): Record<string, string> {
  const form: Record<string, unknown> = request.body ?? {};
  const missing = names.filter((name) => typeof form[name] !== 'string' || form[name] === '');
  if (missing.length > 0) throw refused(400, 'INVALID_INPUT', 'invalid input', { missing, invalid: null });
  return Object.fromEntries(names.map((name) => [name, String(form[name])]));
}
