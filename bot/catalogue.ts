import { z } from 'zod';
import type { IsoRequest } from '../core/contracts/install.ts';
import { holdsPassword } from '../core/held-password.ts';
import { badInput, notAllowed } from './bad-input.ts';
import { nearest } from './did-you-mean.ts';
import type { LibraryIso, LibraryIsos } from './iso-library.ts';
import { code, quoteText } from './text.ts';
import { byText } from './views/names.ts';
import { dateText } from './views/until.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits');
const httpUrl = z
  .string()
  .refine(isHttpUrl, 'must be an http(s) URL')
  .refine((text) => !holdsPassword(text), 'must not hold a user name or password: everybody could read it');
const Entry = z
  .object({ url: httpUrl, sha256: sha256.optional(), mirrors: z.array(httpUrl).max(8).optional() })
  .refine(({ sha256: digest, mirrors = [] }) => digest !== undefined || mirrors.length === 0, {
    message: 'is needed where there are mirrors: else nothing tells that they have the same file',
    path: ['sha256'],
  });
const Catalogue = z.record(z.string().min(1), Entry);

/** ISOs by the name that people type. */
export type IsoCatalogue = ReadonlyMap<string, z.infer<typeof Entry>>;

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

/** What people may name: what is configured, what they added, and where ISOs may come from. */
export interface IsoRules {
  catalogue: IsoCatalogue;
  library: LibraryIsos;
  allow: readonly string[];
}

/**
 * What to install, from what was typed: a name of the catalogue, else one of the library, or a URL.
 * @throws XepaError bad-input that says what would be accepted, not-allowed when the ISO is retired
 */
export function resolveIso(typed: { iso: string; sha256?: string | undefined }, rules: IsoRules): IsoRequest {
  const given = typed.sha256 === undefined ? undefined : parseSha256(typed.sha256);
  const known = rules.catalogue.get(typed.iso);
  if (known) return fromCatalogue(typed.iso, known, given);
  const kept = keptAs(typed.iso, rules);
  if (kept) return fromCatalogue(kept.name, usable(kept.name, kept.iso, rules.allow), given);
  if (!typed.iso.includes('://')) throw unknownName(typed.iso, usableNames(rules));
  const url = acceptUrl(typed.iso, rules.allow);
  const name = fileName(url);
  return { url: url.href, ...(name ? { name } : {}), ...(given ? { sha256: given } : {}) };
}

/** @returns it in lower case @throws XepaError bad-input */
export function parseSha256(text: string): string {
  if (sha256.safeParse(text).success) return text.toLowerCase();
  throw badInput('`--sha256` must be 64 hexadecimal digits, as `sha256sum file.iso` prints them.');
}

/** The name as it is configured, in upper or lower case; such a name is never one of the library. */
export function configuredAs(typed: string, catalogue: IsoCatalogue): string | undefined {
  return [...catalogue.keys()].find((name) => name.toLowerCase() === typed.toLowerCase());
}

function keptAs(typed: string, rules: IsoRules): { name: string; iso: LibraryIso } | null {
  const name = typed.toLowerCase();
  const iso = configuredAs(name, rules.catalogue) === undefined ? rules.library.get(name) : undefined;
  return iso ? { name, iso } : null;
}

/** The rules of addresses may have become stricter since it was added. */
function usable(name: string, iso: LibraryIso, allow: readonly string[]): LibraryIso {
  const { retired } = iso;
  if (!retired) return { ...iso, url: acceptUrl(iso.url, allow).href };
  throw notAllowed(
    `${code(name)} was retired ${byText(retired.by)} on ${dateText(retired.at)}, so it is not installed any more. \`/xepa iso list\` shows what there is.`,
  );
}

function usableNames({ catalogue, library }: IsoRules): string[] {
  return [...catalogue.keys(), ...[...library].flatMap(([name, iso]) => (iso.retired ? [] : [name]))];
}

function fromCatalogue(
  name: string,
  entry: { url: string; sha256?: string | undefined; mirrors?: readonly string[] | undefined },
  given: string | undefined,
): IsoRequest {
  const pinned = entry.sha256?.toLowerCase();
  if (pinned && given && pinned !== given) {
    throw badInput(
      `${code(name)} is pinned to another SHA-256 (${code(pinned)}). Leave \`--sha256\` out, or check it.`,
    );
  }
  const digest = pinned ?? given;
  const { mirrors = [] } = entry;
  return {
    url: entry.url,
    name,
    ...(digest ? { sha256: digest } : {}),
    ...(mirrors.length > 0 ? { mirrors: [...mirrors] } : {}),
  };
}

/**
 * The address that an ISO may come from.
 * @throws XepaError bad-input that says what would be accepted, and never repeats a password
 */
export function acceptUrl(text: string, allow: readonly string[]): URL {
  if (holdsPassword(text)) {
    throw badInput('The ISO URL holds a user name or password, which everybody here could read. Use one without.');
  }
  if (!isHttpUrl(text)) throw badInput(`${code(text)} is not a web address. Type a full https:// URL of an ISO.`);
  const url = new URL(text);
  const fault = urlFault(url, allow);
  if (fault === null) return url;
  if (fault === 'outside') {
    const list = allow.map((prefix) => code(prefix)).join(', ');
    throw badInput(`ISOs may come only from ${list}. ${code(text)} is somewhere else.`);
  }
  throw badInput(
    `${code(text)} is not https: what is fetched without it can be changed on the way. Use an https:// URL.`,
  );
}

/** Why an ISO may not come from there: the list of prefixes, where there is one, does not have it; or it is not https. */
export function urlFault(url: URL, allow: readonly string[]): 'outside' | 'plain-http' | null {
  if (allow.length > 0) return liesUnder(url, allow) ? null : 'outside';
  return url.protocol === 'https:' ? null : 'plain-http';
}

export function liesUnder(url: URL, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => isUnder(url, new URL(prefix)));
}

/** Same origin, and the path below the prefix's at a slash; an encoded slash or dot could climb out of it again. */
function isUnder(url: URL, prefix: URL): boolean {
  if (url.origin !== prefix.origin || /%2f|%5c|%2e/i.test(url.pathname)) return false;
  const folder = prefix.pathname.endsWith('/') ? prefix.pathname : `${prefix.pathname}/`;
  return url.pathname === prefix.pathname || url.pathname.startsWith(folder);
}

function unknownName(typed: string, names: readonly string[]) {
  if (names.length === 0) {
    return badInput(`There is no ISO ${code(typed)}: none has a name yet. Type a full https:// URL of an ISO.`);
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

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
