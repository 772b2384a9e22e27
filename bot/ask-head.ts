import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

/** The headers that an address answers with; or why it was not called. */
export type Head = { status: number; location: string | null; bytes: number | null } | { refused: string };

/** An IP address of a host. */
export interface HostAddress {
  address: string;
  family: number;
}

export interface HeadOptions {
  signal: AbortSignal;
  /** Why an IP address must not be called, or null. */
  judge(address: string): string | null;
  /** All addresses of a host; the system's resolver if it is not given. */
  resolve?: ((host: string) => Promise<HostAddress[]>) | undefined;
}

const headers = { accept: '*/*', 'user-agent': 'xepa' };

/**
 * Asks for an address' headers, and follows nothing. What is judged is what is called: a host is looked up once, and
 * another answer a moment later changes nothing. No connection is shared with other requests, and no proxy is used.
 */
export function askHead(url: URL, options: HeadOptions): Promise<Head> {
  const { signal, judge } = options;
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  // Such a host is never looked up.
  const refused = isIP(literal) === 0 ? null : judge(literal);
  if (refused !== null) return Promise.resolve({ refused });
  const request = url.protocol === 'https:' ? overHttps : overHttp;
  return new Promise((done, fail) => {
    const lookup = judgedLookup(options, (why) => done({ refused: why }));
    request(url, { method: 'HEAD', agent: false, headers, lookup, signal })
      .on('response', (response) => {
        done(headOf(response));
        response.destroy();
      })
      .on('error', fail)
      .end();
  });
}

/** One address that must not be called is enough: which of them a connection would take is not ours to say. */
function judgedLookup({ judge, resolve = resolveHost }: HeadOptions, refuse: (why: string) => void): LookupFunction {
  return (host, { all }, callback) => {
    const judged = (found: HostAddress[]) => {
      const [first] = found;
      const why = found.map(({ address }) => judge(address)).find((one) => one !== null);
      if (why !== undefined) refuse(why);
      if (why !== undefined || first === undefined) callback(new Error(`${host} has no address to call`), []);
      else if (all) callback(null, found);
      else callback(null, first.address, first.family);
    };
    resolve(host).then(judged, (err) => callback(err, []));
  };
}

function resolveHost(host: string): Promise<HostAddress[]> {
  return lookup(host, { all: true });
}

function headOf({ statusCode, headers }: IncomingMessage): Head {
  const length = Number(headers['content-length'] ?? '');
  const bytes = Number.isSafeInteger(length) && length > 0 ? length : null;
  return { status: statusCode ?? 0, location: headers.location ?? null, bytes };
}
