import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { signature } from '../../../worker/providers/ovhcloud/client.ts';

const access = { apiUrl: '', applicationKey: 'ak', applicationSecret: 'as', consumerKey: 'ck', now: () => 0 };

it('signs secret, consumer key, method, address, body and time, with + between them', () => {
  const call = { method: 'PUT', url: 'https://eu.api.ovh.com/1.0/me', body: '{"a":1}', seconds: 1_366_560_945 };
  const text = 'as+ck+PUT+https://eu.api.ovh.com/1.0/me+{"a":1}+1366560945';
  expect(signature(access, call)).toBe(`$1$${createHash('sha1').update(text).digest('hex')}`);
});

it('signs each part: a change of any one shows', () => {
  const call = { method: 'GET', url: 'https://eu.api.ovh.com/1.0/me', body: '', seconds: 1 };
  const all = [
    signature(access, call),
    signature(access, { ...call, method: 'PUT' }),
    signature(access, { ...call, url: `${call.url}?a=1` }),
    signature(access, { ...call, body: '{}' }),
    signature(access, { ...call, seconds: 2 }),
    signature({ ...access, applicationSecret: 'x' }, call),
    signature({ ...access, consumerKey: 'x' }, call),
  ];
  expect(new Set(all).size).toBe(all.length);
});
