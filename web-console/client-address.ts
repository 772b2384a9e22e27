import type { IncomingMessage } from 'node:http';

/**
 * The address that a request comes from, behind as many reverse proxies as there are: each of them adds the address it
 * sees at the end of X-Forwarded-For. What stands further to the front was written by the client, and is not believed.
 */
export function clientAddress(request: Pick<IncomingMessage, 'headers' | 'socket'>, proxies: number): string {
  const header = request.headers['x-forwarded-for'];
  const forwarded = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((part) => part.trim());
  const hops = [request.socket.remoteAddress ?? 'unknown', ...forwarded.filter((part) => part !== '').toReversed()];
  return hops[Math.min(proxies, hops.length - 1)] ?? 'unknown';
}
