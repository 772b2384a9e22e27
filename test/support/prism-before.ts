import { getHttpOperationsFromSpec } from '@stoplight/prism-http';
import { createServer } from '@stoplight/prism-http-server';
import { pino } from 'pino';

/** Prism as a proxy: what passes it is held against a description. */
export interface PrismProxy {
  url: string;
  /** What the description says against the requests and answers so far, a sentence each. */
  violations: string[];
  close(): Promise<void>;
}

/**
 * Puts Prism before a fake. It checks each request and each answer: path, query, headers, body, status. An answer is
 * passed on all the same; a request that is not described at all is refused.
 * @param description an OpenAPI document: a file's path, or parsed
 * @param upstream address of the fake
 */
export async function prismBefore(description: string | object, upstream: string): Promise<PrismProxy> {
  const violations: string[] = [];
  const note = (line: string) => violations.push(String(JSON.parse(line).msg));
  const config = { mock: { dynamic: false }, checkSecurity: true, errors: false, upstreamProxy: undefined };
  const server = createServer(await getHttpOperationsFromSpec(description), {
    components: { logger: pino({ level: 'warn' }, { write: note }) },
    config: { ...config, isProxy: true, upstream: new URL(upstream), validateRequest: true, validateResponse: true },
    cors: false,
  });
  const url = await server.listen(0, '127.0.0.1');
  return { url, violations, close: () => server.close() };
}
