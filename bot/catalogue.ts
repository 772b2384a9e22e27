import { z } from 'zod';
import type { IsoRequest } from '../core/contracts/install.ts';
import { badInput } from './bad-input.ts';
import { nearest } from './did-you-mean.ts';
import { code, quoteText } from './text.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits');
const httpUrl = z
  .string()
  .refine(isHttpUrl, 'must be an http(s) URL')
  .refine((text) => !holdsPassword(text), 'must not hold a user name or password: everybody could read it');
const Catalogue = z.record(z.string().min(1), z.object({ url: httpUrl, sha256: sha256.optional() }));

/** ISOs by the name that people type. */
export type IsoCatalogue = ReadonlyMap<string, { url: string; sha256?: string | undefined }>;

/** A setting that holds the catalogue as a JSON object. */
export function isoCatalogue() {
  return z.string().transform((text, context): IsoCatalogue => {
    const result = Catalogue.safeParse(jsonOf(text));
    if (result.success) return new Map(Object.entries(result.data));
    const issue = result.error.issues[0];
    context.addIssue(
      `must be JSON like {"debian-13": {"url": "https://…"}}; ${issue?.path.join('.')}: ${issue?.message}`,
    );
    return z.NEVER;
  });
}

/** A setting that holds URL prefixes between commas. */
export function isoPrefixes() {
  const items = (text: string) => text.split(',').flatMap((item) => item.trim() || []);
  return z
    .string()
    .default('')
    .transform(items)
    .refine((prefixes) => prefixes.every(isHttpUrl), 'must be http(s) URL prefixes between commas');
}

/**
 * What to install, from what was typed: a name of the catalogue or a URL.
 * @throws XepaError bad-input that says what would be accepted
 */
export function resolveIso(
  typed: { iso: string; sha256?: string | undefined },
  rules: { catalogue: IsoCatalogue; allow: readonly string[] },
): IsoRequest {
  if (typed.sha256 !== undefined && !sha256.safeParse(typed.sha256).success) {
    throw badInput('`--sha256` must be 64 hexadecimal digits, as `sha256sum file.iso` prints them.');
  }
  const known = rules.catalogue.get(typed.iso);
  const given = typed.sha256?.toLowerCase();
  if (known) return fromCatalogue(typed.iso, known, given);
  if (!typed.iso.includes('://')) throw unknownName(typed.iso, [...rules.catalogue.keys()]);
  const url = acceptUrl(typed.iso, rules.allow);
  const name = fileName(url);
  return { url: url.href, ...(name ? { name } : {}), ...(given ? { sha256: given } : {}) };
}

function fromCatalogue(
  name: string,
  entry: { url: string; sha256?: string | undefined },
  given: string | undefined,
): IsoRequest {
  const pinned = entry.sha256?.toLowerCase();
  if (pinned && given && pinned !== given) {
    throw badInput(
      `${code(name)} is pinned to another SHA-256 (${code(pinned)}). Leave \`--sha256\` out, or check it.`,
    );
  }
  const digest = pinned ?? given;
  return { url: entry.url, name, ...(digest ? { sha256: digest } : {}) };
}

function acceptUrl(text: string, allow: readonly string[]): URL {
  if (holdsPassword(text)) {
    throw badInput('The ISO URL holds a user name or password, which everybody here could read. Use one without.');
  }
  if (!isHttpUrl(text)) throw badInput(`${code(text)} is not a web address. Type a full https:// URL of an ISO.`);
  const url = new URL(text);
  if (allow.length > 0) {
    if (allow.some((prefix) => isUnder(url, new URL(prefix)))) return url;
    const list = allow.map((prefix) => code(prefix)).join(', ');
    throw badInput(`ISOs may come only from ${list}. ${code(text)} is somewhere else.`);
  }
  if (url.protocol !== 'https:') {
    throw badInput(
      `${code(text)} is not https: what is fetched without it can be changed on the way. Use an https:// URL.`,
    );
  }
  return url;
}

/** Same origin, and the path below the prefix's at a slash; an encoded slash or dot could climb out of it again. */
function isUnder(url: URL, prefix: URL): boolean {
  if (url.origin !== prefix.origin || /%2f|%5c|%2e/i.test(url.pathname)) return false;
  const folder = prefix.pathname.endsWith('/') ? prefix.pathname : `${prefix.pathname}/`;
  return url.pathname === prefix.pathname || url.pathname.startsWith(folder);
}

function unknownName(typed: string, names: readonly string[]) {
  if (names.length === 0) {
    return badInput(`There is no ISO ${code(typed)}: no catalogue is configured. Type a full https:// URL of an ISO.`);
  }
  const near = nearest(typed, names);
  const hint = near ? ` Did you mean ${code(near)}?` : '';
  const known = names.slice(0, 20).map((name) => code(name));
  return badInput(`There is no ISO ${code(typed)}.${hint} Known: ${known.join(', ')}, or a full https:// URL.`);
}

function fileName(url: URL): string {
  const last = url.pathname.split('/').at(-1) ?? '';
  return quoteText(last.replace(/[^\w.+-]/g, ''), 80) || url.hostname;
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** Also in what is no web address at all, since refusals quote what was typed. */
function holdsPassword(text: string): boolean {
  return /^[a-z][\w+.-]*:\/\/[^/?#]*@/i.test(text);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
