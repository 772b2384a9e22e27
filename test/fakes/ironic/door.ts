import type { Request, Response } from 'express';
import { z } from 'zod';
import { Refused } from '../refused.ts';
import { doorError } from './refused.ts';

/** Whom Ironic lets in. */
export type IronicDoor =
  | { kind: 'keystone'; credentialId: string; secret: string }
  | { kind: 'basic'; user: string; password: string }
  | { kind: 'none' };

const Wish = z.object({
  auth: z.object({
    identity: z.object({
      methods: z.tuple([z.literal('application_credential')]),
      application_credential: z.object({ id: z.string(), secret: z.string() }),
    }),
  }),
});
const wrong = 'The request you have made requires authentication.';

/** Keystone's tokens, and the check of what a call brings. */
export class Tokens {
  /** How long a new one holds. Milliseconds. */
  lifeMs = 3_600_000;
  readonly #door: IronicDoor;
  readonly #valid = new Set<string>();
  #given = 0;

  constructor(door: IronicDoor) {
    this.#door = door;
  }

  /** Takes all tokens back, as an operator may. */
  revoke(): void {
    this.#valid.clear();
  }

  /** `POST /v3/auth/tokens` */
  readonly give = (request: Request, response: Response): void => {
    const wish = Wish.safeParse(request.body);
    if (!wish.success) throw new Refused(400, doorError(400, 'Expecting to find auth in request body.'));
    const { id, secret } = wish.data.auth.identity.application_credential;
    const door = this.#door;
    if (door.kind !== 'keystone' || id !== door.credentialId || secret !== door.secret) {
      throw new Refused(401, doorError(401, wrong));
    }
    this.#given += 1;
    const token = `gAAAAAB-very-private-${this.#given}`;
    this.#valid.add(token);
    const expires_at = new Date(Date.now() + this.lifeMs).toISOString().replace(/\.\d+Z$/, '.000000Z');
    response.status(201).set('X-Subject-Token', token);
    response.json({ token: { methods: ['application_credential'], expires_at, issued_at: expires_at, catalog: [] } });
  };

  /** @throws Refused */
  check(request: Request): void {
    const door = this.#door;
    if (door.kind === 'none') return;
    if (door.kind === 'keystone') {
      if (!this.#valid.has(request.get('X-Auth-Token') ?? '')) throw new Refused(401, doorError(401, wrong));
      return;
    }
    const expected = `Basic ${Buffer.from(`${door.user}:${door.password}`).toString('base64')}`;
    if (request.get('Authorization') !== expected) {
      throw new Refused(401, doorError(401, 'Incorrect username or password'));
    }
  }
}
