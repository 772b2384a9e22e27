import express, { type Request } from 'express';
import { FakeApi } from '../fake-api.ts';
import { Refused } from '../refused.ts';
import type { MaasAccount, MaasMachine } from './account.ts';
import { Operations } from './operations.ts';
import { renderKey, renderMachine } from './render.ts';
import { createDoor } from './signed.ts';

export interface MaasApiDeps {
  account: MaasAccount;
  /** Three parts with colons between them. */
  apiKey: string;
  /** Milliseconds between the answer and what it leads to. */
  delayMs: number;
}

const KEYS = '/account/prefs/sshkeys/';

/** The part of version 2.0 of MAAS's API that a rescue needs, in front of machines. */
export class MaasApi extends FakeApi {
  readonly #deps: MaasApiDeps;
  readonly #operations: Operations;

  constructor(deps: MaasApiDeps) {
    super({
      delayMs: deps.delayMs,
      parser: express.urlencoded({ extended: false }),
      errorBody: (_status, text) => text,
    });
    this.#deps = deps;
    this.#operations = new Operations(deps.account, this.work);
    const letIn = createDoor(deps.apiKey);
    this.router.use((request, _response, next) => {
      letIn(request.get('Authorization'));
      next();
    });
    this.#addMachineRoutes();
    this.#addKeyRoutes();
    this.endRoutes(() => new Refused(404, 'Not Found'));
  }

  #addMachineRoutes(): void {
    this.router.get('/machines/', (_request, response) => {
      const seen = [...this.#deps.account.machines.values()].filter(({ visible }) => visible);
      response.json(seen.map(renderMachine));
    });
    this.router.get('/machines/:id/', (request, response) => {
      response.json(renderMachine(this.#machine(request)));
    });
    this.router.post('/machines/:id/', (request, response) => {
      const machine = this.#machine(request);
      const operation = this.#operations.all[String(request.query.op)];
      if (!operation) throw new Refused(400, `Unrecognised signature: method=POST op=${request.query.op}`);
      operation(machine);
      response.json(renderMachine(machine));
    });
  }

  #addKeyRoutes(): void {
    const { account } = this.#deps;
    this.router.get(KEYS, (_request, response) => {
      response.json(account.keysOf(account.user).map(renderKey));
    });
    this.router.post(KEYS, (request, response) => {
      const key = String(request.body?.key ?? '');
      if (!/^(ssh|ecdsa)-\S+ \S+/.test(key)) throw new Refused(400, { key: ['Invalid SSH public key.'] });
      const known = account.keysOf(account.user).some((other) => other.key === key);
      if (known) throw new Refused(400, { key: ['This key has already been added for this user.'] });
      response.status(201).json(renderKey(account.addKey(key)));
    });
    this.router.delete(`${KEYS}:id/`, (request, response) => {
      const key = account.keys.get(Number(request.params.id));
      if (!key) throw new Refused(404, 'Not Found');
      if (key.user !== account.user) throw new Refused(403, "Can't delete a key you don't own.");
      account.keys.delete(key.id);
      response.status(204).end();
    });
  }

  #machine({ params }: Request): MaasMachine {
    const machine = this.#deps.account.machines.get(String(params.id));
    if (machine?.visible) return machine;
    throw new Refused(404, 'No Machine matches the given query.');
  }
}
