import { createHash } from 'node:crypto';

/**
 * Is this host key one of those that a provider publishes? `key` is a blob in base64. Providers write fingerprints
 * as OpenSSH does, now (`SHA256:…` in base64) or once (MD5 as pairs of digits), with the name of the digest or without.
 */
export function isPublished(key: string, published: readonly string[]): boolean {
  const blob = Buffer.from(key, 'base64');
  const forms = new Set(['sha256', 'md5'].flatMap((name) => formsOf(createHash(name).update(blob).digest())));
  return published.some((fingerprint) => forms.has(plain(fingerprint)));
}

/** The fingerprint by which some providers know an SSH key: MD5, in pairs of digits. `line` is one of authorized_keys. */
export function md5Fingerprint(line: string): string {
  const blob = Buffer.from(line.trim().split(/\s+/)[1] ?? '', 'base64');
  return pairs(createHash('md5').update(blob).digest());
}

function formsOf(digest: Buffer): string[] {
  return [pairs(digest), digest.toString('base64').replace(/=+$/, '')];
}

function pairs(digest: Buffer): string {
  return digest.toString('hex').replace(/..(?!$)/g, '$&:');
}

/** Digits may be of either case; base64 may not. */
function plain(fingerprint: string): string {
  const bare = fingerprint
    .trim()
    .replace(/^(sha256|md5):/i, '')
    .replace(/=+$/, '');
  return /^[0-9a-f]{2}(:[0-9a-f]{2})+$/i.test(bare) ? bare.toLowerCase() : bare;
}
