import { describe, expect, it } from 'vitest';
import { parseKeyring } from '../../core/keyring.ts';
import { createSealer, sshKeyContext } from '../../core/sealing.ts';

const oldSecret = 'the secret of last year, 32 characters';
const newSecret = 'the secret of this year, 32 characters';
const sealer = createSealer(parseKeyring(oldSecret));
const context = sshKeyContext('xe-7f3kq2');
const plain = '-----BEGIN OPENSSH PRIVATE KEY-----\nü\n';
const otherKey = expect.objectContaining({
  code: 'sealed-by-other-key',
  userMessage: expect.stringContaining('XEPA_SECRET_PREVIOUS'),
});

describe('sealing', () => {
  it('gives back what was sealed, and shows nothing of it', () => {
    const sealed = sealer.seal(plain, context);
    expect(sealer.open(sealed, context)).toBe(plain);
    expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]+$/);
    expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('OPENSSH');
  });

  it('seals the same value differently each time', () => {
    expect(sealer.seal(plain, context)).not.toBe(sealer.seal(plain, context));
  });

  it('keeps the empty value', () => {
    expect(sealer.open(sealer.seal('', context), context)).toBe('');
  });

  it('does not open in another context: a secret cannot be moved to another install', () => {
    expect(() => sealer.open(sealer.seal(plain, context), sshKeyContext('xe-other'))).toThrow(otherKey);
  });

  it('does not open with any character changed', () => {
    const sealed = sealer.seal('short', context);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = sealed[at] === 'A' ? 'Q' : 'A';
      expect(() => sealer.open(sealed.slice(0, at) + changed + sealed.slice(at + 1), context), `${at}`).toThrow(
        otherKey,
      );
    }
  });

  it.each(['', 'v1', 'v1..', 'v2.00000000.AAAA', 'nonsense'])('does not open %j', (text) => {
    expect(() => sealer.open(text, context)).toThrow(otherKey);
  });

  it('does not open what was cut short', () => {
    const sealed = sealer.seal('', context);
    expect(() => sealer.open(sealed.slice(0, -4), context)).toThrow(otherKey);
  });
});

describe('rotation', () => {
  const rotated = createSealer(parseKeyring(newSecret, oldSecret));

  it('opens what was sealed before, and seals under the new secret', () => {
    expect(rotated.open(sealer.seal(plain, context), context)).toBe(plain);
    expect(createSealer(parseKeyring(newSecret)).open(rotated.seal(plain, context), context)).toBe(plain);
  });

  it('ends when the old secret is taken away', () => {
    expect(() => createSealer(parseKeyring(newSecret)).open(sealer.seal(plain, context), context)).toThrow(otherKey);
  });

  it('gives each purpose a key of its own, the same on every process', () => {
    const [key] = parseKeyring(oldSecret);
    expect(key.seal.equals(key.sign)).toBe(false);
    expect(parseKeyring(oldSecret)).toEqual([key]);
  });
});
