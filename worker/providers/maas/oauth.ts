/** The three parts of an API key, which MAAS shows with colons between them. */
export interface MaasKey {
  consumer: string;
  token: string;
  secret: string;
}

/** `text` is of the form that the settings ask for. */
export function readMaasKey(text: string): MaasKey {
  const [consumer = '', token = '', secret = ''] = text.split(':');
  return { consumer, token, secret };
}

/**
 * The header that lets a call in: OAuth 1.0 (RFC 5849, section 3.4.4) with the method PLAINTEXT, where the signature is the secrets
 * themselves, of which the consumer's is empty. So MAAS is only called by https.
 * @param once `seconds` since 1970, and a `nonce` that goes with them only once
 */
export function oauthHeader({ consumer, token, secret }: MaasKey, once: { seconds: number; nonce: string }): string {
  const fields = {
    oauth_version: '1.0',
    oauth_signature_method: 'PLAINTEXT',
    oauth_consumer_key: consumer,
    oauth_token: token,
    oauth_signature: `&${encode(secret)}`,
    oauth_timestamp: String(once.seconds),
    oauth_nonce: once.nonce,
  };
  const written = Object.entries(fields).map(([name, value]) => `${name}="${encode(value)}"`);
  return `OAuth ${written.join(', ')}`;
}

/** RFC 3986: OAuth leaves fewer characters as they are than JavaScript does. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
