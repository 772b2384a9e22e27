import type { DownloadState, UrlProbe } from './media.ts';

/** What is wrong with an ISO's source and what to do, and whether another try may help. */
export interface IsoFault {
  sentence: string;
  retry: 'no' | 'backoff';
}

/** curl's codes for TLS (libcurl-errors(3)): no handshake, or a certificate that does not hold. */
const tlsCodes = [35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 91];
const byCode = new Map<number, (host: string, said: string) => IsoFault>([
  ...tlsCodes.map((code) => [code, untrusted] as const),
  ...[5, 6, 7].map((code) => [code, unreachable] as const),
  ...[63, 153].map((code) => [code, tooLarge] as const),
  [23, noRoom],
  [190, differing],
]);
const tlsWords = /\b(?:ssl|tls|certificate)\b/i;

/** What the answer to a probe says against the ISO; null where nothing does. */
export function probeFault(url: string, probe: UrlProbe): IsoFault | null {
  const { host } = new URL(url);
  if (probe.status === 0) return unreachable(host, probe.error);
  if (probe.status >= 400) return refused(url, probe.status);
  if (/^(?:text\/html|application\/xhtml\+xml)$/.test(probe.contentType)) {
    return final(
      `${host} answers with a web page instead of an ISO. Take the address of the file itself: the one that a browser saves, not the one of the page with the link.`,
    );
  }
  return null;
}

/** For a download that does not go on and is not complete. @param given the first of its addresses */
export function downloadFault(given: string, state: DownloadState): IsoFault {
  const { exitCode, status, error, bytes } = state;
  const url = state.url ?? given;
  const { host } = new URL(url);
  const said = error || `curl ended with ${exitCode}`;
  if (exitCode === 22 && status >= 400) return refused(url, status);
  const known = exitCode === null ? undefined : byCode.get(exitCode);
  if (known) return known(host, said);
  const far = bytes > 0 ? ` after ${Math.round(bytes / 1024 / 1024)} MB` : '';
  return again(
    `The download of the ISO from ${host} broke off${far}: ${ended(said)} Look whether that server is well, or take another source.`,
  );
}

function refused(url: string, status: number): IsoFault {
  const { host, pathname } = new URL(url);
  if (status === 401 || status === 403) {
    return final(
      `${host} refuses the ISO (${status}) to this server. A signed link has run out, or only some networks may have it: ask for the install again with a fresh address.`,
    );
  }
  if (status === 404 || status === 410) {
    return final(
      `The ISO is not there: ${host} answers ${status} for ${pathname}. Mirrors drop old releases: look up the present address.`,
    );
  }
  if (status === 429) return again(`${host} is asked too much just now (429) and does not give the ISO.`);
  if (status >= 500)
    return again(`${host} answers ${status} for the ISO. The fault is there; another source would do.`);
  return final(`${host} answers ${status} for ${pathname}, and not with an ISO. Check the address.`);
}

function unreachable(host: string, error: string): IsoFault {
  if (tlsWords.test(error)) return untrusted(host, error);
  const why = error === '' ? '' : ` ${ended(error)}`;
  return again(`The server cannot reach ${host} to download the ISO.${why}`);
}

function noRoom(_host: string, said: string): IsoFault {
  return final(`There was no room left for the ISO on the server: ${ended(said)} Its files lie in memory.`);
}

function tooLarge(): IsoFault {
  return final('The ISO is larger than what is free of the server’s memory beside the VM. Take a smaller one.');
}

function differing(_host: string, said: string): IsoFault {
  return final(
    `Not all sources of this ISO have the same file: ${ended(said)} Correct its \`mirrors\`, or leave them out.`,
  );
}

function untrusted(host: string, error: string): IsoFault {
  return again(
    `The server does not trust ${host}, from which the ISO comes: ${ended(error)} Look whether its certificate is good for that name, and whether the clock of the rescue system is right.`,
  );
}

function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function final(sentence: string): IsoFault {
  return { sentence, retry: 'no' };
}

function again(sentence: string): IsoFault {
  return { sentence, retry: 'backoff' };
}
