import { expect, it } from 'vitest';
import { createAddressCount } from '../../web-console/address-count.ts';

it('lets each address have so many connections, and forgets those that ended', () => {
  const count = createAddressCount(2);
  const [first, second] = [count.enter('a'), count.enter('a')];
  expect([first, second].includes(null)).toBe(false);
  expect(count.enter('a')).toBeNull();
  expect(count.enter('b')).not.toBeNull();
  first?.();
  const third = count.enter('a');
  expect(third).not.toBeNull();
  expect(count.enter('a')).toBeNull();
  second?.();
  third?.();
  for (let i = 0; i < 2; i += 1) expect(count.enter('a')).not.toBeNull();
  expect(count.enter('a')).toBeNull();
});
