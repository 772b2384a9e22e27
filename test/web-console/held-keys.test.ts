import { describe, expect, it } from 'vitest';
import { HeldKeys, isPress } from '../../web-console/held-keys.ts';
import { RfbSplitter } from '../../web-console/rfb-splitter.ts';

const key = (down: 0 | 1, symbol: number) => Buffer.from([4, down, 0, 0, 0, 0, symbol >> 8, symbol & 0xff]);
const scan = (down: 0 | 1, symbol: number, code: number) =>
  Buffer.from([255, 0, 0, down, 0, 0, 0, symbol, 0, 0, 0, code]);
const pointer = (mask: number) => Buffer.from([5, mask, 0, 10, 0, 20]);
const [ctrl, a] = [0xffe3, 0x61];

describe('keys that are held', () => {
  it('are let go once, with the mouse where it was', () => {
    const held = new HeldKeys();
    for (const message of [key(1, ctrl), key(1, a), key(0, a), scan(1, 0x62, 0x30), pointer(1)]) held.see(message);
    expect(held.letGo()).toEqual(Buffer.concat([key(0, ctrl), scan(0, 0x62, 0x30), pointer(0)]));
    expect(held.letGo()).toHaveLength(0);
  });

  it('are known by their scan code, whatever Shift made of them in between', () => {
    const held = new HeldKeys();
    held.see(scan(1, 0x41, 0x1e));
    held.see(scan(0, 0x61, 0x1e));
    expect(held.letGo()).toHaveLength(0);
  });

  it('are none where all was let go, nor by what presses nothing', () => {
    const held = new HeldKeys();
    for (const message of [pointer(1), pointer(0), Buffer.from([3, 0, 0, 0, 0, 0, 0, 1, 0, 1])]) held.see(message);
    expect(held.letGo()).toHaveLength(0);
  });

  it('let go of a mouse with more buttons as well', () => {
    const held = new HeldKeys();
    held.see(Buffer.from([5, 0x80, 0, 1, 0, 2, 1]));
    expect(held.letGo()).toEqual(Buffer.from([5, 0x80, 0, 1, 0, 2, 0]));
  });

  it.each([
    ['a key', key(1, a), true],
    ['a key by scan code', scan(1, a, 0x1e), true],
    ['a click', pointer(1), true],
    ['letting go', key(0, a), false],
    ['moving the mouse', pointer(0), false],
    ['the wheel', pointer(8), false],
    ['a clipboard', Buffer.from([6, 0, 0, 0, 0, 0, 0, 1, 0x61]), false],
  ])('%s reaches for the keyboard, or does not', (_what, message, press) => {
    expect(isPress(message)).toBe(press);
  });
});

describe('a splitter of somebody who loses the keyboard', () => {
  it('drops what they press from then on, says that they reach for it, and lets go of what they hold', () => {
    let mayType = true;
    const splitter = new RfbSplitter('control', () => mayType);
    splitter.push(Buffer.from('RFB 003.008\n\x01\x01', 'latin1'));
    expect(splitter.push(key(1, ctrl))).toEqual({ bytes: key(1, ctrl), inputs: 1, reached: false });
    mayType = false;
    const ask = Buffer.from([3, 0, 0, 0, 0, 0, 0, 1, 0, 1]);
    expect(splitter.push(Buffer.concat([key(1, a), ask]))).toEqual({ bytes: ask, inputs: 0, reached: true });
    expect(splitter.push(key(0, a))).toEqual({ bytes: Buffer.alloc(0), inputs: 0, reached: false });
    expect(splitter.letGo()).toEqual(key(0, ctrl));
  });

  it('never says so of who only watches', () => {
    const splitter = new RfbSplitter('view', () => false);
    splitter.push(Buffer.from('RFB 003.008\n\x01\x01', 'latin1'));
    expect(splitter.push(key(1, a)).reached).toBe(false);
  });
});
