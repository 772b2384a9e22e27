import ssh2 from 'ssh2';
import { expect, it } from 'vitest';
import { generateSshKey } from '../../core/ssh/ssh-key.ts';

/** One in 250 of the library's own pairs does not parse: among so many some would be. */
const PAIRS = 2_000;

it('makes pairs of which every one can be read, the halves belonging together', () => {
  for (let made = 0; made < PAIRS; made += 1) {
    const { privateKey, publicKey } = generateSshKey('xepa-xe-1');
    const [secret, shown] = [ssh2.utils.parseKey(privateKey), ssh2.utils.parseKey(publicKey)];
    if (secret instanceof Error || shown instanceof Error) throw new Error(`pair ${made} cannot be read`);
    if (!secret.getPublicSSH().equals(shown.getPublicSSH())) throw new Error(`the halves of pair ${made} differ`);
  }
});

it('writes the public half as one line of authorized_keys, with its comment', () => {
  expect(generateSshKey('xepa-xe-1').publicKey).toMatch(/^ssh-ed25519 [A-Za-z0-9+/]+=* xepa-xe-1$/);
  expect(generateSshKey('a').publicKey).not.toBe(generateSshKey('a').publicKey);
});
