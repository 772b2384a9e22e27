import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logTail } from '../../../worker/host/redact.ts';
import { redactSecrets } from '../../../worker/host/redact-secrets.ts';

describe('redactSecrets', () => {
  it.each([
    ['password=hunter2 next', 'password=[redacted] next'],
    ['DB_PASSWORD: "a b c", x', 'DB_PASSWORD: [redacted], x'],
    ['{"access_token":"abc123","n":1}', '{"access_token":[redacted],"n":1}'],
    ['curl --token abc https://x', 'curl --token [redacted] https://x'],
    ['rootpw --plaintext hunter2', 'rootpw [redacted]'],
    ['d-i passwd/root-password password hunter two', 'd-i passwd/root-password password [redacted]'],
    ['Authorization: Basic dXNlcjpwdw==', 'Authorization: [redacted]'],
    ['got bearer abcdefgh.ijk', 'got bearer [redacted]'],
    ['root:$6$salt$hashhash:19000:', 'root:[redacted]:19000:'],
    ['key AKIAIOSFODNN7EXAMPLE.', 'key [redacted].'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'jwt [redacted]'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nok', '[redacted]\nok'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl', '[redacted]'],
    [`half a key: ${'aB3+'.repeat(16)}`, 'half a key: [redacted]'],
  ])('hides %s', (text, redacted) => {
    expect(redactSecrets(text)).toBe(redacted);
  });

  it.each([
    'Setting up debian-installer (20230607)',
    `sha256 ${'0123456789abcdef'.repeat(4)} checked`,
    'EFI: Loaded cert, tokens none. Password incorrect',
    'Partition /dev/nvme0n1p2 ext4, serial S64GNX0T123456',
    'vfio 0000:02:00.0: group 6 is not viable',
  ])('leaves %s', (text) => {
    expect(redactSecrets(text)).toBe(text);
  });

  it('leaves nothing of a secret, however it is embedded', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{6,20}$/);
    const around = fc.constantFrom('', 'x ', '\n', 'a=1, ', '; ');
    const way = fc.constantFrom('password=', 'Token: ', '"secret": ', '--passphrase ', 'api_key=', 'rootpw ');
    fc.assert(
      fc.property(secret, around, way, (word, before, name) => {
        fc.pre(!'redacted'.includes(word));
        // A kickstart command begins its line.
        const text = `${name === 'rootpw ' ? '\n' : before}${name}${word}\nend`;
        expect(redactSecrets(text)).not.toContain(word);
      }),
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const once = redactSecrets(text);
        expect(redactSecrets(once)).toBe(once);
      }),
    );
  });

  it.each(['a', 'password', 'eyJ', '-----BEGIN ', 'aB3', '$6$', '--token ', 'password password '])(
    'comes to an end with a guest that writes %s without end',
    (word) => {
      const text = word.repeat(Math.ceil(200_000 / word.length));
      expect(redactSecrets(text).length).toBeLessThanOrEqual(text.length + 20);
    },
  );
});

describe('logTail', () => {
  it('keeps the last lines that are not empty, without control characters and secrets', () => {
    const text = '\u001b[1mone\u001b[0m\n\ntwo password=x\nhttps://u:p@host/a?sig=1\n';
    expect(logTail(text, { lines: 2, characters: 1_000 })).toBe('two password=[redacted]\nhttps://…@host/a?…');
  });

  it('hides a key of which only the end is shown', () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${'secretline\n'.repeat(9)}-----END PRIVATE KEY-----\nlast`;
    expect(logTail(key, { lines: 3, characters: 1_000 })).toBe('[redacted]\nlast');
  });
});
