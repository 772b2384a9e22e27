import { expect, test } from 'vitest';
import { searchDevices } from '../../bot/search-devices.ts';
import type { Device } from '../../core/contracts/device.ts';

const [alice, bob] = ['U01ALICE', 'U02BOB'];
const device = (id: string, name: string, more: Partial<Device> = {}): Device => ({
  ...{ provider: 'acme', id, name, tags: [] },
  ...more,
});
const devices = [
  device('1', 'web-10', { address: '192.0.2.10', tags: ['Prod'] }),
  device('2', 'web-2', { address: '192.0.2.2', tags: ['prod-like'] }),
  device('3', 'db-1', { provider: 'acme:berlin', tags: ['web'] }),
  device('3', 'db-1', { provider: 'acme' }),
];
const owned = (user: string) => ({ owner: { team: 'T1', user } });
const notes = new Map([
  ['acme/1', owned(alice)],
  ['acme:berlin/3', owned(bob)],
]);
const found = (query: string, me = alice) =>
  searchDevices(devices, query, { notes, me }).map(({ provider, id }) => `${provider}/${id}`);

test.each([
  ['', ['acme/3', 'acme:berlin/3', 'acme/2', 'acme/1']],
  ['WEB', ['acme/2', 'acme/1', 'acme:berlin/3']],
  ['web 192.0.2.1', ['acme/1']],
  ['berlin', ['acme:berlin/3']],
  ['acme/3', ['acme/3']],
  ['prod', ['acme/2', 'acme/1']],
  ['tag:prod', ['acme/1']],
  ['#PROD web', ['acme/1']],
  ['owner:me', ['acme/1']],
  [`owner:<@${bob}|Bob>`, ['acme:berlin/3']],
  [`owner:${bob}`, ['acme:berlin/3']],
  ['owner:none', ['acme/3', 'acme/2']],
  ['owner:nobody', []],
  ['tag:', []],
])('%j finds what every word fits, the names that begin with it first, in the order of numbers', (query, ids) => {
  expect(found(query)).toEqual(ids);
});
