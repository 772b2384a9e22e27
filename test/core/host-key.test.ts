import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { preferring } from '../../core/ssh/host-key.ts';

const blobOf = (publicKey: string) => publicKey.split(' ')[1] ?? '';

describe('preferring', () => {
  it('asks for the type of the pinned key first, and for all others after it', () => {
    const ecdsa = preferring(blobOf(ssh2.utils.generateKeyPairSync('ecdsa', { bits: 384 }).public));
    expect(ecdsa[0]).toBe('ecdsa-sha2-nistp384');
    expect(ecdsa).toHaveLength(7);
    expect(new Set(ecdsa).size).toBe(7);
  });

  it('asks for the strong signatures of an RSA key first', () => {
    const name = Buffer.from('ssh-rsa');
    const blob = Buffer.concat([Buffer.from([0, 0, 0, name.length]), name, Buffer.alloc(20)]).toString('base64');
    expect(preferring(blob).slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa']);
  });

  it.each(['', 'AAAA', 'AAAAB25vbnNlbnNl'])('keeps its usual order for %j', (blob) => {
    expect(preferring(blob)[0]).toBe('ssh-ed25519');
  });
});
