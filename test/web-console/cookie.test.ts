import { describe, expect, it } from 'vitest';
import { sessionCookie } from '../../web-console/cookie.ts';

const secret = 'k'.repeat(43);

describe('the session cookie', () => {
  it('is tied to the host over TLS', () => {
    expect(sessionCookie('https://xepa.example.org').line(secret, 28_800)).toBe(
      `__Host-xepa=${secret}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=28800`,
    );
  });

  it('has another name and no Secure on plain-http loopback, where not every browser keeps a Secure cookie', () => {
    expect(sessionCookie('http://localhost:8080').line(secret, 60)).toBe(
      `xepa-loopback=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=60`,
    );
  });

  it.each([
    ['alone', `__Host-xepa=${secret}`, secret],
    ['among others', `a=1; __Host-xepa=${secret}; b=2`, secret],
    ['absent', 'a=1', null],
    ['without a header', undefined, null],
    ['under a name that only ends alike', `x__Host-xepa=${secret}`, null],
    ['twice, which somebody must have planted', `__Host-xepa=${secret}; __Host-xepa=${secret}`, null],
    ['of the wrong form', '__Host-xepa=short', null],
  ])('is read when it stands %s', (_how, header, expected) => {
    expect(sessionCookie('https://xepa.example.org').read(header)).toBe(expected);
  });
});
