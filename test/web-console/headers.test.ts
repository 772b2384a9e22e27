import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { bareHeaders, securityHeaders } from '../../web-console/headers.ts';

/** The headers that a page of this public URL has. */
async function headersFor(publicUrl: string): Promise<Headers> {
  const headers = securityHeaders(publicUrl) as unknown as (
    ...args: [...Parameters<RequestListener>, () => void]
  ) => void;
  const server = createServer((request, response) => headers(request, response, () => response.end('x')));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await response.text();
  await new Promise<void>((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
  return response.headers;
}

it('every answer forbids what it does not need', async () => {
  const headers = await headersFor('https://xepa.example.org');
  const policy = (headers.get('content-security-policy') ?? '').split(';');
  for (const directive of ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) {
    expect(policy).toContain(directive);
  }
  expect(policy).toContain("connect-src 'self' wss://xepa.example.org");
  expect(policy.join()).not.toMatch(/unsafe|\*|http:/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
});

it('HSTS is for https alone', async () => {
  expect((await headersFor('http://localhost:8080')).get('strict-transport-security')).toBeNull();
  expect(bareHeaders('http://localhost:8080').join()).not.toContain('Strict-Transport-Security');
});

it('an answer that is written by hand has the headers that fit it', () => {
  const bare = bareHeaders('https://xepa.example.org');
  expect(bare).toContain('X-Content-Type-Options: nosniff');
  expect(bare).toContain('Strict-Transport-Security: max-age=31536000; includeSubDomains');
  expect(bare.join()).toContain("object-src 'none'; base-uri 'none'; frame-ancestors 'none'");
});
