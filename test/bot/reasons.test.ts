import { expect, test } from 'vitest';
import { reasonsText } from '../../bot/views/reasons.ts';

test('people whom the reasons name are mentioned, and nothing else is', () => {
  const reasons = [
    'The device is locked by U02BOB: new UPS for <!channel>, ask U09OTHER or XU02BOB.',
    'U02BOB froze it.',
  ];
  expect(reasonsText(reasons, ['U02BOB'])).toBe(
    'The device is locked by <@U02BOB>: new UPS for &lt;!channel&gt;, ask U09OTHER or XU02BOB. <@U02BOB> froze it.',
  );
  expect(reasonsText(['UPS <@U02BOB>'], ['<@U02BOB>', 'no id'])).toBe('UPS &lt;@U02BOB&gt;');
});
