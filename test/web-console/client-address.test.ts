import { expect, it } from 'vitest';
import { clientAddress } from '../../web-console/client-address.ts';

const ask = (forwarded: string | string[] | undefined, proxies: number) =>
  clientAddress(
    {
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded as string },
      socket: { remoteAddress: '10.0.0.9' } as never,
    },
    proxies,
  );

it.each([
  ['nobody in front', undefined, 0, '10.0.0.9'],
  ['a header that nobody of ours wrote', '203.0.113.7', 0, '10.0.0.9'],
  ['one proxy', '203.0.113.7', 1, '203.0.113.7'],
  ['one proxy, and a client that made up another address', '198.51.100.1, 203.0.113.7', 1, '203.0.113.7'],
  ['two proxies', '203.0.113.7, 10.0.0.3', 2, '203.0.113.7'],
  ['two proxies, and a client that made up another address', '1.1.1.1, 203.0.113.7,10.0.0.3', 2, '203.0.113.7'],
  ['fewer proxies than were named', '203.0.113.7', 3, '203.0.113.7'],
  ['a proxy that says nothing', undefined, 1, '10.0.0.9'],
  ['an empty header', ' , ', 1, '10.0.0.9'],
])('%s: the address is the client’s', (_what, forwarded, proxies, expected) => {
  expect(ask(forwarded, proxies)).toBe(expected);
});
