import { Refused } from '../refused.ts';

const LONGEST_SECONDS = 300;

/** Checks OAuth 1.0 headers with the method PLAINTEXT, each of which lets one call in. `apiKey`: three parts with colons between. */
export function createDoor(apiKey: string): (header: string | undefined) => void {
  const [consumer, token, secret = ''] = apiKey.split(':');
  const used = new Set<string>();
  return (header = '') => {
    const field = fieldsOf(header);
    if (field('signature_method') !== 'PLAINTEXT') throw unknown('no signature');
    if (field('consumer_key') !== consumer || field('token') !== token) throw unknown('Invalid consumer or token');
    if (field('signature') !== `&${quote(secret)}`) throw unknown('Invalid signature');
    const late = Math.abs(Date.now() / 1_000 - Number(field('timestamp')));
    if (!(late < LONGEST_SECONDS)) throw unknown('Expired timestamp');
    const once = `${field('timestamp')} ${field('nonce')}`;
    if (field('nonce') === '' || used.has(once)) throw unknown('Nonce already used');
    used.add(once);
  };
}

function fieldsOf(header: string): (name: string) => string {
  const fields = new Map<string, string>();
  if (header.startsWith('OAuth ')) {
    for (const [, name = '', value = ''] of header.matchAll(/oauth_(\w+)="([^"]*)"/g)) {
      fields.set(name, decodeURIComponent(value));
    }
  }
  return (name) => fields.get(name) ?? '';
}

function unknown(why: string): Refused {
  return new Refused(401, `Authorization Error: ${why}`);
}

/** As MAAS's own language does it: everything but letters, digits and `_.-~`. */
function quote(text: string): string {
  const bytes = [...Buffer.from(text)];
  return bytes
    .map((byte) => String.fromCharCode(byte))
    .map((letter) => (/[\w.~-]/.test(letter) ? letter : `%${letter.charCodeAt(0).toString(16).toUpperCase()}`))
    .join('');
}
