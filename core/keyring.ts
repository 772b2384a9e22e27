import { createHash, hkdfSync } from 'node:crypto';

export interface Key {
  /** Eight hex digits; tells which secret a sealed value or a ticket was made under. */
  id: string;
  seal: Buffer;
  sign: Buffer;
  /** Each recording of a console has a key of its own, which follows from this one. */
  record: Buffer;
  /** Signs what a browser carries to Slack and back while the app is being installed. */
  oauthState: Buffer;
}

/** Newest key first. */
export type Keyring = readonly [Key, ...Key[]];

/** Derives the keys of the current secret and, while a rotation lasts, of the one before it. */
export function parseKeyring(secret: string, previous?: string): Keyring {
  return previous === undefined ? [deriveKey(secret)] : [deriveKey(secret), deriveKey(previous)];
}

/** The key of that id, or undefined when it was rotated out. */
export function keyOf(keyring: Keyring, id: string): Key | undefined {
  return keyring.find((key) => key.id === id);
}

/** The id of the key that follows from a secret: it may be shown. */
export function keyIdOf(secret: string): string {
  return deriveKey(secret).id;
}

/** One purpose, one key (RFC 5869): what seals never signs. */
function deriveKey(secret: string): Key {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, 'xepa', purpose, 32));
  const id = createHash('sha256').update(derive('key-id')).digest('hex').slice(0, 8);
  return {
    id,
    seal: derive('seal'),
    sign: derive('sign'),
    record: derive('record'),
    oauthState: derive('oauth-state'),
  };
}
