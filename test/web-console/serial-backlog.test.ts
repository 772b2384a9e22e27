import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Backlog } from '../../web-console/serial/backlog.ts';

describe('what is kept of a serial port', () => {
  it('is everything, up to the limit', () => {
    const backlog = new Backlog(10);
    expect(backlog.read().toString()).toBe('');
    for (const text of ['01', '234', '56789']) backlog.add(Buffer.from(text));
    expect(backlog.read().toString()).toBe('0123456789');
  });

  it('is the newest beyond that, from the beginning of a line', () => {
    const backlog = new Backlog(10);
    for (const text of ['first\n', 'second\n', 'third\n']) backlog.add(Buffer.from(text));
    expect(backlog.read().toString()).toBe('third\n');
  });

  it('is the end of one line where that is longer than the limit', () => {
    const backlog = new Backlog(4);
    backlog.add(Buffer.from('abcdefgh'));
    expect(backlog.read().toString()).toBe('efgh');
  });

  it('is always an end of what was said, never longer than the limit', () => {
    const pieces = fc.array(fc.string({ maxLength: 12 }).map((text) => Buffer.from(text)));
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 40 }), (parts, limit) => {
        const backlog = new Backlog(limit);
        for (const part of parts) backlog.add(part);
        const [all, kept] = [Buffer.concat(parts), backlog.read()];
        expect(kept.length).toBeLessThanOrEqual(limit);
        expect(all.subarray(all.length - kept.length).equals(kept)).toBe(true);
        expect(backlog.read().equals(kept)).toBe(true);
      }),
    );
  });
});
