import { type Refusal, refuse } from './refusals.ts';

/** Headers that tell which site a request comes from. */
export interface SiteHeaders {
  origin?: string | undefined;
  'sec-fetch-site'?: string | string[] | undefined;
}

/**
 * Accepts only requests that our own page makes. Origin must be there and equal the public URL; it is never compared
 * with Host, which the sender chooses. The refusal names both, so that a wrong XEPA_PUBLIC_URL is found quickly.
 */
export function checkOrigin(headers: SiteHeaders, publicUrl: string): Refusal | null {
  const { origin } = headers;
  if (origin !== publicUrl) {
    const seen = origin === undefined ? 'no Origin' : `Origin ${printable(origin)}`;
    return refuse('foreign-origin', `The request has ${seen}, but this console is at ${publicUrl} (XEPA_PUBLIC_URL).`);
  }
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' ? null : refuse('foreign-origin');
}

function printable(text: string): string {
  return text.slice(0, 200).replace(/[^\x21-\x7e]/g, '?');
}
