import express, { type Request } from 'express';
import { FakeApi } from '../fake-api.ts';
import type { IronicAccount, IronicNode } from './account.ts';
import { type IronicDoor, Tokens } from './door.ts';
import { patchNode } from './patch.ts';
import { Provisioning } from './provision.ts';
import { ironicError, refused } from './refused.ts';
import { renderEntry, renderNode } from './render.ts';

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
export class IronicApi extends FakeApi {
  readonly tokens: Tokens;
  readonly #deps: IronicApiDeps;
  readonly #provisioning: Provisioning;

  constructor(deps: IronicApiDeps) {
    super({ delayMs: deps.delayMs, parser: express.json(), errorBody: (_status, text) => ironicError(text) });
    this.#deps = deps;
    this.tokens = new Tokens(deps.door);
    this.#provisioning = new Provisioning(deps.account, this.work);
    this.router.post('/identity/v3/auth/tokens', this.tokens.give);
    this.router.use('/baremetal', (request, _response, next) => {
      this.tokens.check(request);
      next();
    });
    this.#addRoutes();
    this.endRoutes(() => refused(404, 'The resource could not be found.'));
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
      if (versionOf(request) < VERSIONS.knowsRescue && target !== 'abort') throw refused(406, 'Not acceptable');
      this.#provisioning.accept(node, String(target), password);
      response.status(202).end();
    });
  }

  #page(request: Request) {
    versionOf(request);
    const { limit, marker, fields = '' } = request.query;
    const all = [...this.#deps.account.nodes.values()].filter(({ visible }) => visible);
    const from = marker === undefined ? 0 : all.findIndex(({ uuid }) => uuid === marker) + 1;
    if (marker !== undefined && from === 0) throw refused(404, `Node ${marker} could not be found.`);
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
    throw refused(404, `Node ${id} could not be found.`);
  }
}

/** Without a header a client is an old one. */
function versionOf(request: Request): number {
  const [major, minor = ''] = (request.get('X-OpenStack-Ironic-API-Version') ?? `1.${VERSIONS.oldest}`).split('.');
  const version = Number(minor);
  if (major === '1' && version >= VERSIONS.oldest && version <= VERSIONS.newest) return version;
  throw refused(406, `Version ${major}.${minor} was requested but the minor version is not supported.`);
}
