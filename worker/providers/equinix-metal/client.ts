import type { z } from 'zod';
import { callJson, type HttpCall } from '../http.ts';
import { title } from './about.ts';
import { MetalError } from './schema.ts';

export interface EquinixMetalOptions {
  /** With its path prefix, for example https://api.equinix.com/metal/v1 */
  apiUrl: string;
  token: string;
  projectId: string;
  /** Port of the rescue system's sshd. */
  sshPort: number;
}

interface Ask {
  method?: HttpCall['method'];
  path: string;
  body?: unknown;
  signal: AbortSignal;
}

export type MetalCall = <Schema extends z.ZodType>(schema: Schema, ask: Ask) => Promise<z.infer<Schema>>;

/** Calls the API with the token in its header. */
export function createMetalCall(options: EquinixMetalOptions): MetalCall {
  return (schema, ask) =>
    callJson(
      {
        method: ask.method ?? 'GET',
        url: `${options.apiUrl}${ask.path}`,
        headers: { 'X-Auth-Token': options.token, Accept: 'application/json' },
        signal: ask.signal,
        provider: title,
        secrets: [options.token],
        explain: (body) => MetalError.safeParse(body).data,
        ...(ask.body === undefined ? {} : { body: ask.body }),
      },
      schema,
    );
}

/** Where everything lies that belongs to the project. */
export function projectPath({ projectId }: Pick<EquinixMetalOptions, 'projectId'>): string {
  return `/projects/${encodeURIComponent(projectId)}`;
}
