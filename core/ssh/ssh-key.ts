import ssh2 from 'ssh2';
import { XepaError } from '../errors.ts';

const MAX_TRIES = 16;

/** A fresh ed25519 pair: the private half in OpenSSH's format, the public half as one authorized_keys line. */
export function generateSshKey(comment: string): { privateKey: string; publicKey: string } {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    // ssh2 strips a leading zero byte, so about one key in 250 does not parse (mscdex/ssh2#1390): take another.
    if (isWhole(pair.private) && isWhole(pair.public)) return { privateKey: pair.private, publicKey: pair.public };
  }
  throw new XepaError('internal', {
    message: `no well-formed ed25519 key in ${MAX_TRIES} tries`,
    userMessage: 'XEPA could not make an SSH key; please try again.',
    retry: 'backoff',
  });
}

function isWhole(key: string): boolean {
  return !(ssh2.utils.parseKey(key) instanceof Error);
}
