import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visible } from '../../bot/visible-text.ts';
import { wildText } from '../support/wild-text.ts';

test('what is visible stays so: a second look changes nothing', () => {
  fc.assert(
    fc.property(wildText, (text) => {
      expect(visible(visible(text))).toBe(visible(text));
    }),
  );
});

test('ordinary writing of any script is left alone', () => {
  for (const text of ['Zürich', 'Việt Nam', '日本語', 'עִבְרִית', 'हिन्दी', 'العربية', 'a–b “c” €', '👩‍🚀🇩🇪1️⃣']) {
    expect(visible(text)).toBe(text);
  }
});

test('a joiner stays only between two emoji', () => {
  expect(visible('👩\u200d🚀')).toBe('👩\u200d🚀');
  expect(visible('👩🏽\u200d🚀')).toBe('👩🏽\u200d🚀');
  expect(visible('👩\u200d')).toBe('👩');
  expect(visible('a\u200db')).toBe('ab');
  expect(visible('👩\u200d\u200d🚀')).toBe('👩🚀');
});

test('a text of nothing that can be seen is empty', () => {
  expect(visible(' \u200b\u2060\u00ad\u3164\t')).toBe('');
});
