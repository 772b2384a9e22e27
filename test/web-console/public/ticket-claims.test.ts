import { expect, test } from 'vitest';
import { saysRecorded } from '../../../web-console/public/ticket-claims.ts';

const ticket = (claims: unknown) => `v1.abcd.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`;

test.each([
  [ticket({ name: 'Ünïcødé ??>>', recorded: true }), true],
  [ticket({ name: 'Alice' }), false],
  [ticket({ recorded: 'yes' }), false],
  [ticket(null), false],
  ['', false],
  ['v1.abcd.%%%.sig', false],
])('of %s the page reads whether the console is recorded', (text, says) => {
  expect(saysRecorded(text)).toBe(says);
});
