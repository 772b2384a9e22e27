import type { z } from 'zod';
import { XepaError } from '../../../core/errors.ts';
import { callJson, type HttpCall } from '../http.ts';
import { about } from './about.ts';
import { explain, isBusy } from './errors.ts';
import { type IronicLogin, openDoor, type Pass } from './login.ts';

export interface IronicAccess {
  /** Without a version: `/v1` follows. */
  apiUrl: string;
  login: IronicLogin;
  /** Milliseconds since 1970. */
  now(): number;
}

interface Ask {
  method?: HttpCall['method'];
  path: string;
  body?: unknown;
  /** What is secret of the body. */
  secrets?: readonly string[];
  signal: AbortSignal;
}

export type IronicCall = <Schema extends z.ZodType>(schema: Schema, ask: Ask) => Promise<z.infer<Schema>>;

/** The first version that knows rescue. Later ones give and take more; each is spoken as it was. */
const VERSION = '1.38';

/** Calls the API. A token that ran out or was taken back early is replaced once, since a call that is not let in does nothing. */
export function createIronicCall({ apiUrl, login, now }: IronicAccess): IronicCall {
  const door = openDoor(login, now);

  function ask<Schema extends z.ZodType>(schema: Schema, asked: Ask, pass: Pass): Promise<z.infer<Schema>> {
    const { method = 'GET', path, body, secrets = [], signal } = asked;
    const headers = { Accept: 'application/json', 'X-OpenStack-Ironic-API-Version': VERSION, ...pass.headers };
    const call: HttpCall = {
      ...{ method, url: `${apiUrl}${path}`, headers, body, signal, provider: about.title, explain, isBusy },
      secrets: [...secrets, ...pass.secrets],
    };
    return callJson(call, schema);
  }

  return async (schema, asked) => {
    asked.signal.throwIfAborted();
    const pass = await door.pass(asked.signal);
    try {
      return await ask(schema, asked, pass);
    } catch (error) {
      if (pass.fresh || !(error instanceof XepaError) || error.code !== 'provider-auth') throw error;
      door.forget();
      return ask(schema, asked, await door.pass(asked.signal));
    }
  };
}
