import type { z } from 'zod';
import { callJson, type HttpCall } from '../http.ts';
import { about } from './about.ts';
import { LatErrors } from './schema.ts';

export interface LatAccess {
  apiUrl: string;
  apiKey: string;
}

interface Ask {
  method?: HttpCall['method'];
  path: string;
  body?: unknown;
  signal: AbortSignal;
}

/** Calls the API. The key stands by itself in its header, as in the provider's own clients. */
export function createLatCall({ apiUrl, apiKey }: LatAccess) {
  return <Schema extends z.ZodType>(
    schema: Schema,
    { method = 'GET', path, body, signal }: Ask,
  ): Promise<z.infer<Schema>> =>
    callJson(
      {
        ...{ method, url: `${apiUrl}${path}`, body, signal, explain, isBusy },
        headers: { Authorization: apiKey, Accept: 'application/vnd.api+json' },
        provider: about.title,
        secrets: [apiKey],
      },
      schema,
    );
}

function explain(body: unknown): string | undefined {
  const errors = LatErrors.safeParse(body).data?.errors ?? [];
  const words = errors.map(({ code, title, detail }) => {
    const said = detail ?? title ?? code;
    return code === undefined || said === code ? said : `${said} (${code})`;
  });
  return words.filter(Boolean).join(', ') || undefined;
}

function isBusy(body: unknown): boolean {
  return LatErrors.safeParse(body).data?.errors.some(({ code }) => code === 'SERVER_BEING_PROVISIONED') ?? false;
}
