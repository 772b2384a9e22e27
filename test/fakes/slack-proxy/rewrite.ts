import { createHmac } from 'node:crypto';

/** Puts the proxy's address where the look-alike wrote its own, so that answers come back through the proxy. */
export interface Rewriter {
  /** JSON and plain text. */
  text(body: string): string;
  /** A form: there the address is percent-encoded. */
  form(body: string): string;
}

export function createRewriter(addresses: { slack: string; proxy: string }): Rewriter {
  const { slack, proxy } = addresses;
  const toSocket = (url: string) => url.replace('http://', 'ws://');
  const pairs = [
    [slack, proxy],
    [toSocket(slack), toSocket(proxy)],
  ] as const;
  const replaceAll = (body: string, encode: (url: string) => string) =>
    pairs.reduce((text, [from, to]) => text.replaceAll(encode(from), encode(to)), body);
  return {
    text: (body) => replaceAll(body, (url) => url),
    form: (body) => replaceAll(body, encodeURIComponent),
  };
}

/** The signature that Slack would have put on this body. @param timestamp seconds since 1970 */
export function signatureOf(signingSecret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}
