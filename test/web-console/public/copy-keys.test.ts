import { expect, it } from 'vitest';
import { meansCopy } from '../../../web-console/public/copy-keys.ts';

const none = { code: 'KeyC', ctrlKey: false, shiftKey: false, altKey: false, metaKey: false };

it.each([
  ['Ctrl-Shift-C', { ctrlKey: true, shiftKey: true }, true],
  ['Cmd-C', { metaKey: true }, true],
  ['Ctrl-C, which stops a program of the guest', { ctrlKey: true }, false],
  ['Ctrl-Alt-Shift-C', { ctrlKey: true, shiftKey: true, altKey: true }, false],
  ['Ctrl-Shift-V', { code: 'KeyV', ctrlKey: true, shiftKey: true }, false],
  ['c', {}, false],
])('whether it means to copy: %s', (_what, pressed, expected) => {
  expect(meansCopy({ ...none, ...pressed })).toBe(expected);
});
