import { expect, test } from 'vitest';
import { urlText } from '../../../bot/views/names.ts';

test.each([
  ['https://mirror.example.org/debian-13.iso', '`https://mirror.example.org/debian-13.iso`'],
  ['https://bucket.example.org/os.iso?X-Amz-Signature=5ecret#x', '`https://bucket.example.org/os.iso?…`'],
])('%s is shown as %s', (url, text) => {
  expect(urlText(url, 400)).toBe(text);
});
