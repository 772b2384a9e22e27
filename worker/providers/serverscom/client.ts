import { z } from 'zod';
import { callPage, type HttpCall } from '../http.ts';
import { about } from './about.ts';
import { ScomError } from './schema.ts';

export interface ScomAccess {
  /** With its path prefix, for example https://api.servers.com/v1 */
  apiUrl: string;
  token: string;
}

interface Ask {
  method?: HttpCall['method'];
  path: string;
  body?: unknown;
  signal: AbortSignal;
}

const PAGE_SIZE = 100;

/** Calls the API, and reads its lists page by page: the header of one says whether there is another. */
export function createScomCall({ apiUrl, token }: ScomAccess) {
  const request = ({ method = 'GET', path, body, signal }: Ask): HttpCall => ({
    ...{ method, url: `${apiUrl}${path}`, body, signal, explain, isBusy },
    headers: { Authorization: `Bearer ${token}`, Accept: 'application/json' },
    provider: about.title,
    secrets: [token],
  });

  async function call<Schema extends z.ZodType>(schema: Schema, ask: Ask): Promise<z.infer<Schema>> {
    return (await callPage(request(ask), schema)).data;
  }

  async function list<Schema extends z.ZodType>(
    schema: Schema,
    { path, signal }: Pick<Ask, 'path' | 'signal'>,
  ): Promise<z.infer<Schema>[]> {
    const all: z.infer<Schema>[] = [];
    for (let number = 1; ; number += 1) {
      const paged = `${path}${path.includes('?') ? '&' : '?'}page=${number}&per_page=${PAGE_SIZE}`;
      const { data, hasNext } = await callPage(request({ path: paged, signal }), z.array(schema));
      all.push(...data);
      if (data.length === 0 || !hasNext) return all;
    }
  }

  return { call, list };
}

function explain(body: unknown): string | undefined {
  const { code, message, errors } = ScomError.safeParse(body).data ?? {};
  const fields = Object.entries(errors ?? {}).map(([field, wrong]) => `${field} ${String(wrong)}`);
  const words = [message, ...fields].filter(Boolean).join(', ');
  if (words === '') return code;
  return code === undefined ? words : `${words} (${code})`;
}

/** The server, or the feature asked for, is on its way from one state to another. */
function isBusy(body: unknown): boolean {
  return ['PRECONDITION_FAILED', 'INCOMPATIBLE_FEATURE_STATE'].includes(ScomError.safeParse(body).data?.code ?? '');
}
