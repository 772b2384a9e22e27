import { expect, test } from 'vitest';
import { findDevice } from '../../bot/find-device.ts';
import type { Inventory } from '../../core/contracts/device.ts';
import { XepaError } from '../../core/errors.ts';

const device = (provider: string, id: string, name: string) => ({ provider, id, name, tags: [] });
const inventory = {
  at: 0,
  devices: [device('lab', '1', 'web-07'), device('lab', '2', 'twin'), device('other', '9', 'twin')],
  problems: [{ provider: 'slow', message: 'timeout' }],
};

function complaint(typed: string, from: Inventory | null): string {
  try {
    findDevice(typed, from, 90_000);
  } catch (err) {
    if (err instanceof XepaError) return err.userMessage;
    throw err;
  }
  throw new Error(`${typed} was found`);
}

test('a device is found by its name or as provider/id, in upper or lower case', () => {
  expect(findDevice('WEB-07', inventory, 0).id).toBe('1');
  expect(findDevice('other/9', inventory, 0).provider).toBe('other');
});

test('an unknown device is answered with the nearest name and the age of what is known', () => {
  expect(complaint('web-7', inventory)).toBe(
    'There is no device `web-7`. Did you mean `web-07`? (3 devices were read 1 min 30 s ago; no answer from slow.)',
  );
});

test('a name that two devices share is answered with both', () => {
  expect(complaint('twin', inventory)).toContain('`lab/2`, `other/9`');
});

test('before any worker has read the providers, that is what is said', () => {
  expect(complaint('web-07', null)).toContain('No worker has read the providers yet');
});

test('nothing is installed by a list that is old: its tags decide who must approve', () => {
  expect(complaint('web-07', { ...inventory, at: -16 * 60_000 })).toMatch(/is 17 min 30 s old/);
});

test('nor by the last list of a provider that has been silent for long; others are not held up by it', () => {
  const sources = [
    { provider: 'lab', at: -16 * 60_000 },
    { provider: 'other', at: 60_000 },
    { provider: 'slow', at: null },
  ];
  expect(complaint('web-07', { ...inventory, sources })).toContain('`lab` has not answered for 17 min 30 s');
  expect(findDevice('other/9', { ...inventory, sources }, 90_000).id).toBe('9');
  const lately = [{ provider: 'lab', at: -10 * 60_000 }];
  expect(findDevice('web-07', { ...inventory, sources: lately }, 90_000).id).toBe('1');
});
