import { expect, it } from 'vitest';
import { pictureName } from '../../../web-console/public/shot-words.ts';

const at = new Date(Date.UTC(2026, 10, 4, 9, 5, 7));

it('a picture’s file says of what it is and when, in UTC', () => {
  expect(pictureName({ device: 'web-07', install: 'xe-7f3kq2' }, at)).toBe('web-07-xe-7f3kq2-2026-11-04-09-05-07.png');
});

it('a device’s name makes no folder and no hidden character of the file’s name', () => {
  expect(pictureName({ device: 'rack 3/../ü', install: 'xe-1' }, at)).toBe(
    'rack-3-..---xe-1-2026-11-04-09-05-07.png'.replace('---', '--'),
  );
});
