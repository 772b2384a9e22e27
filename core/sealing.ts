import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { XepaError } from './errors.ts';
import { type Keyring, keyOf } from './keyring.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Seals and opens secrets at rest. `context` (say "xe-7f3kq2/sshKey") must be the same on both sides. */
export interface Sealer {
  seal(plain: string, context: string): string;
  /** @throws XepaError sealed-by-other-key when the secret was rotated out or the value was tampered with */
  open(sealed: string, context: string): string;
  /** Whether it was sealed under the current secret, and not under the one before a rotation. */
  isNewest(sealed: string): boolean;
}

/** The context of an install's private SSH key: the same for the worker that seals it and for whoever opens it. */
export function sshKeyContext(installId: string): string {
  return `${installId}/sshKey`;
}

/** AES-256-GCM; the text form is `v1.<key id>.<iv, ciphertext and tag in base64url>`. */
export function createSealer(keyring: Keyring): Sealer {
  return {
    seal(plain, context) {
      const [key] = keyring;
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key.seal, iv).setAAD(Buffer.from(context));
      const body = Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `v1.${key.id}.${body.toString('base64url')}`;
    },
    open(sealed, context) {
      const [version, keyId = '', text = ''] = sealed.split('.');
      const key = keyOf(keyring, keyId);
      if (version !== 'v1' || !key) throw cannotOpen(`no key with id ${keyId}`);
      const body = Buffer.from(text, 'base64url');
      if (body.length < IV_BYTES + TAG_BYTES) throw cannotOpen('too short');
      const decipher = createDecipheriv('aes-256-gcm', key.seal, body.subarray(0, IV_BYTES))
        .setAAD(Buffer.from(context))
        .setAuthTag(body.subarray(-TAG_BYTES));
      try {
        return decipher.update(body.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw cannotOpen('authentication failed', cause);
      }
    },
    isNewest: (sealed) => sealed.split('.')[1] === keyring[0].id,
  };
}

function cannotOpen(why: string, cause?: unknown): XepaError {
  return new XepaError('sealed-by-other-key', {
    message: `cannot open a sealed value: ${why}`,
    userMessage: 'A stored secret cannot be opened: XEPA_SECRET changed. Set XEPA_SECRET_PREVIOUS to the old one.',
    cause,
  });
}
