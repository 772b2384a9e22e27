import { describe, expect, it } from 'vitest';
import { checkOrigin } from '../../web-console/origin.ts';

const ours = 'https://xepa.example.org';

describe('the origin check', () => {
  it.each([
    ['our own page', { origin: ours }],
    ['our own page in a browser that says so twice', { origin: ours, 'sec-fetch-site': 'same-origin' }],
  ])('accepts %s', (_who, headers) => {
    expect(checkOrigin(headers, ours)).toBeNull();
  });

  it.each([
    ['no origin', {}],
    ['another site', { origin: 'https://evil.example' }],
    ['another scheme', { origin: 'http://xepa.example.org' }],
    ['another port', { origin: `${ours}:8443` }],
    ['a longer host', { origin: `${ours}.evil.example` }],
    ['an opaque origin', { origin: 'null' }],
    ['a sister site', { origin: ours, 'sec-fetch-site': 'same-site' }],
  ])('refuses %s', (_who, headers) => {
    expect(checkOrigin(headers, ours)).toMatchObject({ refused: 'foreign-origin', status: 403 });
  });

  it('names both origins, so that a wrong setting is found quickly', () => {
    const message = checkOrigin({ origin: 'https://old.example' }, ours)?.message;
    expect(message).toBe(
      'The request has Origin https://old.example, but this console is at https://xepa.example.org (XEPA_PUBLIC_URL).',
    );
  });

  it('repeats nothing unprintable and nothing endless', () => {
    const message = checkOrigin({ origin: `https://a\u0007\n${'x'.repeat(5_000)}` }, ours)?.message ?? '';
    expect(message).toMatch(/^[\x20-\x7e]+$/);
    expect(message.length).toBeLessThan(400);
  });
});
