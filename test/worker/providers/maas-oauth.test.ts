import { expect, it } from 'vitest';
import { oauthHeader, readMaasKey } from '../../../worker/providers/maas/oauth.ts';

const once = { seconds: 1_366_560_945, nonce: 'n0nce' };

it('writes the header that MAAS knows its user by', () => {
  expect(oauthHeader(readMaasKey('cons:tok:sec'), once)).toBe(
    'OAuth oauth_version="1.0", oauth_signature_method="PLAINTEXT", oauth_consumer_key="cons", oauth_token="tok", ' +
      'oauth_signature="%26sec", oauth_timestamp="1366560945", oauth_nonce="n0nce"',
  );
});

it("encodes the secret as RFC 5849 wants it, twice: once as a secret, and once as a header's field", () => {
  const header = oauthHeader(readMaasKey("c:t:a&b'!"), once);
  expect(header).toContain('oauth_signature="%26a%2526b%2527%2521"');
});
