import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { Faults } from '../../lab/cloud/faults.ts';
import type { IronicAccount, IronicNode } from './account.ts';
import { type IronicDoor, Tokens } from './door.ts';
import { patchNode } from './patch.ts';
import { Provisioning } from './provision.ts';
import { ironicError, Refused } from './refused.ts';
import { renderEntry, renderNode } from './render.ts';

export interface IronicRequest {
  method: string;
  path: string;
  body: unknown;
}

export interface IronicApiDeps {
  account: IronicAccount;
  door: IronicDoor;
  /** Milliseconds between the answer and what it leads to. */
  delayMs: number;
  /** Most nodes on a page; what is asked for is cut to it. */
  pageSize?: number;
}

const NODES = '/baremetal/v1/nodes';
/** Versions of the API that it speaks: the second number. */
const VERSIONS = { oldest: 1, newest: 95, knowsRescue: 38 };

/** The part of Ironic's API that a rescue needs, and of Keystone's what lets into it, in front of machines. */
export class IronicApi {
  readonly router: Router = express.Router();
  /** Every request that came, in order, faults included. */
  readonly requests: IronicRequest[] = [];
  readonly tokens: Tokens;
  readonly #deps: IronicApiDeps;
  readonly #provisioning: Provisioning;
  readonly #faults = new Faults((status) => ironicError(`injected ${status}`));

  constructor(deps: IronicApiDeps) {
    this.#deps = deps;
    this.tokens = new Tokens(deps.door);
    this.#provisioning = new Provisioning(deps.account, deps.delayMs);
    this.router.use(express.json());
    this.router.use(({ method, path, body }, _response, next) => {
      this.requests.push({ method, path, body });
      next();
    });
    this.router.use(this.#faults.handler);
    this.router.post('/identity/v3/auth/tokens', this.tokens.give);
    this.router.use('/baremetal', (request, _response, next) => {
      this.tokens.check(request);
      next();
    });
    this.#addRoutes();
    this.router.use(() => {
      throw new Refused(404, 'The resource could not be found.');
    });
    this.router.use(answerError);
  }

  /** Arms a fault: see its type. */
  readonly fail: Faults['add'] = (fault) => this.#faults.add(fault);

  /** Disarms all faults. */
  heal(): void {
    this.#faults.clear();
  }

  /** Waits for all that was asked for. */
  settled(): Promise<void> {
    return this.#provisioning.settled();
  }

  close(): Promise<void> {
    return this.#provisioning.close();
  }

  #addRoutes(): void {
    this.router.get(NODES, (request, response) => {
      response.json(this.#page(request));
    });
    this.router.get(`${NODES}/:id`, (request, response) => {
      response.json(renderNode(this.#node(request)));
    });
    this.router.patch(`${NODES}/:id`, (request, response) => {
      const node = this.#node(request);
      patchNode(node, request.body);
      response.json(renderNode(node));
    });
    this.router.put(`${NODES}/:id/states/provision`, (request, response) => {
      const { target, rescue_password: password } = request.body ?? {};
      const node = this.#node(request);
      if (versionOf(request) < VERSIONS.knowsRescue && target !== 'abort') throw new Refused(406, 'Not acceptable');
      this.#provisioning.accept(node, String(target), password);
      response.status(202).end();
    });
  }

  #page(request: Request) {
    versionOf(request);
    const { limit, marker, fields = '' } = request.query;
    const all = [...this.#deps.account.nodes.values()].filter(({ visible }) => visible);
    const from = marker === undefined ? 0 : all.findIndex(({ uuid }) => uuid === marker) + 1;
    if (marker !== undefined && from === 0) throw new Refused(404, `Node ${marker} could not be found.`);
    const size = Math.min(Number(limit ?? 1_000), this.#deps.pageSize ?? 1_000);
    const nodes = all.slice(from, from + size);
    const names = String(fields).split(',').filter(Boolean);
    const page = { nodes: nodes.map((node) => renderEntry(node, names)) };
    const isLast = from + size >= all.length;
    return isLast ? page : { ...page, next: `http://ironic/v1/nodes?limit=${size}&marker=${nodes.at(-1)?.uuid}` };
  }

  #node(request: Request): IronicNode {
    versionOf(request);
    const { id } = request.params;
    const node = this.#deps.account.nodes.get(String(id));
    if (node?.visible) return node;
    throw new Refused(404, `Node ${id} could not be found.`);
  }
}

/** Without a header a client is an old one. */
function versionOf(request: Request): number {
  const [major, minor = ''] = (request.get('X-OpenStack-Ironic-API-Version') ?? `1.${VERSIONS.oldest}`).split('.');
  const version = Number(minor);
  if (major === '1' && version >= VERSIONS.oldest && version <= VERSIONS.newest) return version;
  throw new Refused(406, `Version ${major}.${minor} was requested but the minor version is not supported.`);
}

function answerError(error: unknown, _request: Request, response: Response, _next: NextFunction): void {
  const refused = error instanceof Refused ? error : new Refused(500, 'Internal server error');
  response.status(refused.status).json(refused.body);
}
