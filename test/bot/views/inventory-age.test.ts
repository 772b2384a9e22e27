import { expect, test } from 'vitest';
import { deviceCard } from '../../../bot/views/device-card.ts';
import { inventoryAgeText, olderText, silenceText } from '../../../bot/views/inventory-age.ts';

const now = Date.UTC(2026, 10, 3, 15, 30);
const minutes = (count: number) => now - count * 60_000;
const device = (provider: string) => ({ provider, id: '1', name: 'web-01', tags: [] });

const inventory = {
  at: minutes(1),
  problems: [
    { provider: 'acme:berlin', message: 'In the account `berlin`: Acme refuses the key.' },
    { provider: 'acme:paris', message: 'Silence.' },
    { provider: 'lab', message: 'It told of a server without an id or a name, which was left out.' },
  ],
  sources: [
    { provider: 'acme:berlin', at: minutes(12) },
    { provider: 'acme:paris', at: null },
    { provider: 'lab', at: minutes(1) },
  ],
};

test('the age of a list names who was silent, whose devices are older, and who answered badly', () => {
  expect(inventoryAgeText(inventory, now)).toBe(
    [
      'Read from the providers 1 min ago; no answer from acme:berlin, acme:paris.',
      'Devices of acme:berlin are as they were 12 min ago.',
      'lab: It told of a server without an id or a name, which was left out.',
    ].join(' '),
  );
});

test('a device of a silent provider shows how old it is, and its card says why', () => {
  expect(olderText(inventory, device('acme:berlin'), now)).toBe('as of 12 min ago');
  expect(olderText(inventory, device('lab'), now)).toBeNull();
  const nothing = { ours: [], owner: null, freeze: null, install: null, lock: null, profile: null };
  const card = JSON.stringify(deviceCard({ device: device('acme:berlin'), ...nothing, inventory, now }));
  expect(card).toContain("What the provider says is as of 12 min ago. In the account 'berlin': Acme refuses the key.");
});

test('a list from before sources were kept has one age for all', () => {
  const old = { at: minutes(3), problems: [{ provider: 'slow', message: 'timeout' }] };
  expect(inventoryAgeText(old, now)).toBe('Read from the providers 3 min ago; no answer from slow.');
  expect(olderText(old, device('slow'), now)).toBeNull();
});

test('of many silent providers some are named and the others counted', () => {
  const problems = Array.from({ length: 8 }, (_, index) => ({ provider: `p${index}`, message: 'No.' }));
  expect(silenceText({ at: now, problems })).toBe('; no answer from p0, p1, p2, p3, p4 and 3 more');
});
