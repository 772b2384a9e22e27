import { XepaError } from '../../../core/errors.ts';
import { callWithHeaders } from '../http.ts';
import { about } from './about.ts';
import { explain } from './errors.ts';
import { KeystoneToken } from './schema.ts';

/** How Ironic lets us in: by Keystone, by a name and a password of its own, or whoever reaches it. */
export type IronicLogin =
  | { kind: 'keystone'; url: string; credentialId: string; secret: string }
  | { kind: 'basic'; user: string; password: string }
  | { kind: 'none' };

/** Headers that let a call in, and what of them no message may hold. */
export interface Pass {
  headers: Record<string, string>;
  secrets: readonly string[];
  /** It was asked for just now: where it is refused, another one will be too. */
  fresh: boolean;
}

export interface Door {
  pass(signal: AbortSignal): Promise<Pass>;
  /** Forgets the pass that was refused. */
  forget(): void;
}

/** Tokens that end within this time are not used any more. Milliseconds. */
const MARGIN_MS = 60_000;

/** @param now milliseconds since 1970 */
export function openDoor(login: IronicLogin, now: () => number): Door {
  if (login.kind === 'keystone') return keystoneDoor(login, now);
  const pass = login.kind === 'basic' ? basicPass(login) : { headers: {}, secrets: [], fresh: true };
  return { pass: async () => pass, forget: () => undefined };
}

function basicPass({ user, password }: { user: string; password: string }): Pass {
  const written = Buffer.from(`${user}:${password}`).toString('base64');
  return { headers: { Authorization: `Basic ${written}` }, secrets: [password, written], fresh: true };
}

function keystoneDoor(login: Extract<IronicLogin, { kind: 'keystone' }>, now: () => number): Door {
  let held: { token: string; endsAt: number } | null = null;
  const passOf = (token: string, fresh: boolean): Pass => ({
    ...{ headers: { 'X-Auth-Token': token }, secrets: [login.secret, token], fresh },
  });

  return {
    async pass(signal) {
      if (held && held.endsAt - MARGIN_MS > now()) return passOf(held.token, false);
      held = await askForToken(login, signal);
      return passOf(held.token, true);
    },
    forget() {
      held = null;
    },
  };
}

async function askForToken(login: Extract<IronicLogin, { kind: 'keystone' }>, signal: AbortSignal) {
  const { url, credentialId: id, secret } = login;
  const body = {
    auth: { identity: { methods: ['application_credential'], application_credential: { id, secret } } },
  };
  const call = { method: 'POST' as const, url: `${url}/auth/tokens`, headers: { Accept: 'application/json' }, body };
  const asked = callWithHeaders({ ...call, signal, provider: about.title, secrets: [secret], explain }, KeystoneToken);
  const { data, headers } = await asked.catch((error: unknown) => {
    throw error instanceof XepaError && error.code === 'not-found' ? noKeystone(error) : error;
  });
  const token = headers.get('X-Subject-Token');
  if (!token) throw noToken();
  return { token, endsAt: Date.parse(data.token.expires_at) };
}

function noKeystone(cause: XepaError): XepaError {
  return new XepaError('provider-auth', {
    message: `no Keystone there: ${cause.message}`,
    userMessage: `There is no Keystone at IRONIC_KEYSTONE_URL. An operator should check it: it is the address of the identity service, with /v3 at its end.`,
    cause,
  });
}

function noToken(): XepaError {
  return new XepaError('provider-unavailable', {
    message: 'Keystone answered without a token',
    userMessage: `${about.title}'s API does not work right now: Keystone answered without a token, an answer that is not understood.`,
    retry: 'backoff',
  });
}
