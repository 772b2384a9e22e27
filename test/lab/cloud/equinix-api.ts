import { timingSafeEqual } from 'node:crypto';
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { ActionRunner, type ActionTimes, refusal } from './actions.ts';
import { API_PATH } from './api-words.ts';
import { answerError, body, notFound, page, Refused } from './equinix-answers.ts';
import { networkRouter } from './equinix-network.ts';
import { Faults } from './faults.ts';
import { paginate, renderDevice, renderEvent, renderKey } from './render.ts';
import { type CloudState, type Device, isPublicKey, type SshKey } from './state.ts';

export interface RequestRecord {
  method: string;
  /** Below `/metal/v1`. */
  path: string;
  body: unknown;
}

export interface EquinixApiDeps {
  state: CloudState;
  /** Value of `X-Auth-Token`. */
  token: string;
  times: ActionTimes;
}

const actionBody = z.object({ type: z.enum(['rescue', 'reboot', 'power_on', 'power_off']) });
const keyBody = z.object({ label: z.string().min(1), key: z.string(), instances_ids: z.array(z.string()).optional() });
const deviceBody = z.object({
  hostname: z.string().min(1).optional(),
  tags: z.array(z.string()).optional(),
  locked: z.boolean().optional(),
  always_pxe: z.boolean().optional(),
});

/** The part of Equinix Metal's `/metal/v1` that a rescue needs, in front of real machines. Behaviour as its published description says. */
export class EquinixApi {
  readonly router: Router;
  /** Every request that came, in order, faults included. */
  readonly requests: RequestRecord[] = [];
  readonly #state: CloudState;
  readonly #faults = new Faults((status) => ({ errors: [`injected ${status}`] }));
  readonly #actions: ActionRunner;

  constructor({ state, token, times }: EquinixApiDeps) {
    this.#state = state;
    this.#actions = new ActionRunner(times);
    this.router = express.Router();
    this.router.use(express.json({ type: () => true }));
    this.router.use((request, _response, next) => {
      this.requests.push({ method: request.method, path: request.path, body: request.body });
      next();
    });
    this.router.use(this.#faults.handler);
    this.router.use(authenticated(token));
    this.#addDeviceRoutes();
    this.#addKeyRoutes();
    this.router.use(networkRouter(state));
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

  /** Waits for what it is doing to machines, and does no more. */
  close(): Promise<void> {
    return this.#actions.close();
  }

  #addDeviceRoutes(): void {
    this.router.get('/projects/:id', (request, response) => {
      this.#project(request);
      response.json({ id: this.#state.projectId, name: 'lab', href: `${API_PATH}/projects/${this.#state.projectId}` });
    });
    this.router.get('/projects/:id/devices', (request, response) => {
      this.#project(request);
      const wanted = filtered([...this.#state.devices.values()], request);
      const { items, meta } = paginate(wanted, `/projects/${this.#state.projectId}/devices`, page(request));
      response.json({ devices: items.map((device) => renderDevice(this.#state, device, included(request))), meta });
    });
    this.router.get('/devices/:id', (request, response) => {
      response.json(renderDevice(this.#state, this.#device(request), included(request)));
    });
    this.router.put('/devices/:id', (request, response) => {
      const device = this.#device(request);
      update(device, body(deviceBody, request));
      response.json(renderDevice(this.#state, device, included(request)));
    });
    this.router.get('/devices/:id/events', (request, response) => {
      const device = this.#device(request);
      const { items, meta } = paginate(device.events.toReversed(), `/devices/${device.id}/events`, page(request));
      response.json({ events: items.map((event) => renderEvent(device, event)), meta });
    });
    this.router.post('/devices/:id/actions', (request, response) => {
      const device = this.#device(request);
      const { type } = body(actionBody, request);
      const reason = refusal(device, type);
      if (reason !== null) throw new Refused(422, { errors: [reason] });
      this.#actions.accept(device, type);
      response.status(202).end();
    });
  }

  #addKeyRoutes(): void {
    this.router.get('/devices/:id/ssh-keys', (request, response) => {
      response.json({ ssh_keys: this.#state.keysOf(this.#device(request).id).map(renderKey) });
    });
    this.router.get('/projects/:id/ssh-keys', (request, response) => {
      this.#project(request);
      response.json({ ssh_keys: [...this.#state.keys.values()].filter(matching(request)).map(renderKey) });
    });
    this.router.post('/projects/:id/ssh-keys', (request, response) => {
      this.#project(request);
      response.status(201).json(renderKey(this.#addKey(body(keyBody, request))));
    });
    this.router.delete('/ssh-keys/:id', (request, response) => {
      if (!this.#state.keys.delete(request.params.id)) throw notFound();
      response.status(204).end();
    });
  }

  #addKey(wish: z.infer<typeof keyBody>): SshKey {
    if (!isPublicKey(wish.key)) throw new Refused(422, { errors: ['Key is not a valid SSH public key'] });
    if (this.#state.hasKey(wish.key)) throw new Refused(422, { errors: ['Key has already been taken'] });
    const stranger = wish.instances_ids?.find((id) => !this.#state.devices.has(id));
    if (stranger !== undefined) throw new Refused(422, { errors: [`Instance ${stranger} was not found`] });
    return this.#state.addKey({ label: wish.label, key: wish.key.trim(), deviceIds: wish.instances_ids ?? [] });
  }

  #project(request: Request): void {
    if (request.params.id !== this.#state.projectId) throw notFound();
  }

  #device(request: Request): Device {
    const device = this.#state.devices.get(String(request.params.id));
    if (device === undefined) throw notFound();
    return device;
  }
}

function authenticated(token: string) {
  const expected = Buffer.from(token);
  return (request: Request, _response: Response, next: NextFunction) => {
    const given = Buffer.from(request.get('X-Auth-Token') ?? '');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new Refused(401, { error: 'Invalid authentication token' });
    }
    next();
  };
}

function included(request: Request): Set<string> {
  return new Set(String(request.query.include ?? '').split(','));
}

function filtered(devices: readonly Device[], { query }: Request): Device[] {
  const hostname = query.hostname;
  const tag = query.tag;
  const search = query.search;
  return devices.filter(
    (device) =>
      (typeof hostname !== 'string' || device.hostname.includes(hostname)) &&
      (typeof tag !== 'string' || device.tags.includes(tag)) &&
      (typeof search !== 'string' ||
        [device.hostname, device.address, ...device.tags].some((text) => text.includes(search))),
  );
}

function matching({ query }: Request): (key: SshKey) => boolean {
  const wanted = query.query;
  return ({ label, key, fingerprint }) =>
    typeof wanted !== 'string' || [label, key, fingerprint].some((text) => text.includes(wanted));
}

function update(device: Device, change: z.infer<typeof deviceBody>): void {
  device.hostname = change.hostname ?? device.hostname;
  device.tags = change.tags ?? device.tags;
  device.locked = change.locked ?? device.locked;
  device.alwaysPxe = change.always_pxe ?? device.alwaysPxe;
}
