/** How an ISO's address looks from here. `why` is a part of a sentence, in plain text. */
export type IsoProbe = { ok: true; bytes: number | null; host: string } | { ok: false; why: string };

const MAX_HOPS = 5;

/**
 * Asks for the headers of an ISO and for nothing of its content. Redirects are followed as a device follows them:
 * what was asked for by https stays on https.
 * @param limitMs for everything together
 */
export async function probeIso(url: string, limitMs: number): Promise<IsoProbe> {
  const signal = AbortSignal.timeout(limitMs);
  let at = new URL(url);
  try {
    for (let hop = 0; hop <= MAX_HOPS; hop += 1) {
      const response = await fetch(at, { method: 'HEAD', redirect: 'manual', signal });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || location === null) return answerOf(response, at);
      const next = nextHop(at, location);
      if (typeof next === 'string') return { ok: false, why: next };
      at = next;
    }
    return { ok: false, why: `it redirects more than ${MAX_HOPS} times` };
  } catch (err) {
    return { ok: false, why: whyOf(err, { host: at.host, limitMs }) };
  }
}

/** Where a redirect leads, or why it is not followed. */
export function nextHop(from: URL, location: string): URL | string {
  if (!URL.canParse(location, from.href)) return 'it redirects to what is no address';
  const next = new URL(location, from.href);
  if (next.protocol !== 'https:' && next.protocol !== from.protocol) {
    return `it redirects to ${next.protocol.slice(0, -1)}, where it could be changed on the way`;
  }
  if (next.username !== '' || next.password !== '') return 'it redirects to an address with a user name or password';
  return next;
}

function answerOf(response: Response, at: URL): IsoProbe {
  if (!response.ok) return { ok: false, why: `${at.host} answered ${response.status}` };
  const length = Number(response.headers.get('content-length') ?? '');
  return { ok: true, bytes: Number.isSafeInteger(length) && length > 0 ? length : null, host: at.host };
}

function whyOf(err: unknown, at: { host: string; limitMs: number }): string {
  if (err instanceof Error && err.name === 'TimeoutError') return `no answer within ${at.limitMs / 1000} s`;
  const cause = err instanceof Error ? err.cause : undefined;
  const detail = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return `no connection to ${at.host}${detail}`;
}
