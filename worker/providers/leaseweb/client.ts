import type { z } from 'zod';
import { callJson, type HttpCall } from '../http.ts';
import { about } from './about.ts';
import { LeasewebError } from './schema.ts';

export interface LeasewebAccess {
  /** With its path prefix, for example https://api.leaseweb.com/bareMetals/v2 */
  apiUrl: string;
  apiKey: string;
}

interface Ask {
  method?: HttpCall['method'];
  path: string;
  body?: unknown;
  signal: AbortSignal;
}

interface Page {
  _metadata: { totalCount: number };
}

/** The provider's own default is five. */
const PAGE_SIZE = 50;

/** Calls the API, and reads its lists page by page. */
export function createLeasewebCall({ apiUrl, apiKey }: LeasewebAccess) {
  const call = <Schema extends z.ZodType>(
    schema: Schema,
    { method = 'GET', path, body, signal }: Ask,
  ): Promise<z.infer<Schema>> =>
    callJson(
      {
        ...{ method, url: `${apiUrl}${path}`, body, signal, explain },
        headers: { 'X-LSW-Auth': apiKey, Accept: 'application/json' },
        provider: about.title,
        secrets: [apiKey],
      },
      schema,
    );

  async function list<Schema extends z.ZodType<Page>, Item>(
    schema: Schema,
    itemsOf: (page: z.infer<Schema>) => Item[],
    { path, signal }: Pick<Ask, 'path' | 'signal'>,
  ): Promise<Item[]> {
    const all: Item[] = [];
    for (;;) {
      const paged = `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE_SIZE}&offset=${all.length}`;
      const page = await call(schema, { path: paged, signal });
      const items = itemsOf(page);
      all.push(...items);
      if (items.length === 0 || all.length >= page._metadata.totalCount) return all;
    }
  }

  return { call, list };
}

function explain(body: unknown): string | undefined {
  const { errorMessage, errorCode } = LeasewebError.safeParse(body).data ?? {};
  return errorCode === undefined ? errorMessage : `${errorMessage} (${errorCode})`;
}
