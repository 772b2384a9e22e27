import { expect, it } from 'vitest';
import { isCrisp } from '../../../web-console/public/crisp.ts';

it.each([
  ['one to one', 1, true],
  ['twice, on a display with two dots a pixel', 2, true],
  ['a rounding of the window away from whole', 1.005, true],
  ['between one and two, where hard squares have two sizes', 1.42, false],
  ['large enough that nobody sees the difference', 3.3, true],
  ['smaller, where lines would be lost', 0.8, false],
])('a screen is drawn with hard pixels: %s', (_how, scale, crisp) => {
  expect(isCrisp(scale)).toBe(crisp);
});
