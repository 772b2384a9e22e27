import { expect, it } from 'vitest';
import { fitting } from '../../web-console/turn-away.ts';

it('cuts a text to what a close frame carries, and no character in two', () => {
  expect(fitting('short')).toBe('short');
  expect(fitting('a'.repeat(123))).toBe('a'.repeat(123));
  const cut = fitting('é€😀'.repeat(40));
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(123);
  expect(cut).toMatch(/^(é€😀)*é?€?…$/u);
});
