import { askHead, type Head, type HeadOptions } from './ask-head.ts';
import type { IsoReach } from './iso-reach.ts';

/** How an ISO's address looks from here. `why` is a part of a sentence, in plain text. */
export type IsoProbe = { ok: true; bytes: number | null; host: string } | { ok: false; why: string };

export interface ProbeOptions extends Pick<HeadOptions, 'resolve'> {
  /** Asked about every address on the way. */
  reach: IsoReach;
  /** For everything together. */
  limitMs: number;
}

const MAX_HOPS = 5;

/**
 * Asks for the headers of an ISO and for nothing of its content. Redirects are followed as a device follows them, what
 * was asked for by https stays on https; but only to where the bot may look.
 */
export async function probeIso(url: string, options: ProbeOptions): Promise<IsoProbe> {
  const signal = AbortSignal.timeout(options.limitMs);
  let at = new URL(url);
  try {
    for (let hop = 0; hop <= MAX_HOPS; hop += 1) {
      const head = await ask(at, options, signal);
      if ('refused' in head) return { ok: false, why: refusalOf(at, hop, head.refused) };
      if (head.status < 300 || head.status > 399 || head.location === null) return answerOf(head, at);
      const next = nextHop(at, head.location);
      if (typeof next === 'string') return { ok: false, why: next };
      at = next;
    }
    return { ok: false, why: `it redirects more than ${MAX_HOPS} times` };
  } catch (err) {
    if (signal.aborted) return { ok: false, why: `no answer within ${options.limitMs / 1000} s` };
    return { ok: false, why: `no connection to ${at.host}${detailOf(err)}` };
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

async function ask(url: URL, { reach, resolve }: ProbeOptions, signal: AbortSignal): Promise<Head> {
  const refused = reach.url(url);
  if (refused !== null) return { refused };
  return askHead(url, { signal, resolve, judge: (address) => reach.address(url, address) });
}

function refusalOf(at: URL, hop: number, why: string): string {
  return hop === 0 ? `${at.host} ${why}` : `it redirects to ${at.host}, which ${why}`;
}

function answerOf(head: Exclude<Head, { refused: string }>, { host }: URL): IsoProbe {
  if (head.status < 200 || head.status > 299) return { ok: false, why: `${host} answered ${head.status}` };
  return { ok: true, bytes: head.bytes, host };
}

function detailOf(err: unknown): string {
  return err instanceof Error && 'code' in err ? ` (${String(err.code)})` : '';
}
