import { describe, expect, it } from 'vitest';
import { FileAnswers } from '../../../../web-console/public/browser-disc/file-answers.ts';
import { fileKey } from '../../../../web-console/public/browser-disc/file-key.ts';

const soon = { timeout: 5_000, interval: 5 };
const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7 + (index >> 8)) & 255));

/** What was sent: the number and the bytes of each answer, or the words. */
function answersOf(file: Blob) {
  const sent: (string | { id: number; bytes: Buffer })[] = [];
  const stage = { sent, unreadable: 0 };
  const answers = new FileAnswers(
    file,
    (data) => {
      if (typeof data === 'string') sent.push(data);
      else sent.push({ id: Buffer.from(data).readUInt32BE(), bytes: Buffer.from(data).subarray(4) });
    },
    () => {
      stage.unreadable += 1;
    },
  );
  return { ...stage, answers, unreadable: () => stage.unreadable };
}

describe('what is asked of a file', () => {
  it('is answered with the bytes that lie there, under the number of the question', async () => {
    const { answers, sent } = answersOf(new Blob([content]));
    for (let id = 1; id <= 20; id += 1) answers.answer({ id, offset: id * 1_000, length: 500 + id });
    await expect.poll(() => sent.length, soon).toBe(20);
    const whole = sent.filter((one) => typeof one !== 'string');
    expect(whole.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    for (const { id, bytes } of whole) {
      expect(bytes.equals(content.subarray(id * 1_000, id * 1_001 + 500))).toBe(true);
    }
  });

  it('is said to be unreadable where the file has become shorter', async () => {
    const { answers, sent, unreadable } = answersOf(new Blob([content]));
    answers.answer({ id: 9, offset: content.length - 10, length: 11 });
    await expect.poll(() => sent, soon).toEqual(['{"unreadable":9}']);
    expect(unreadable()).toBe(1);
  });

  it('is said to be unreadable where the browser cannot read it, and the next is answered all the same', async () => {
    class Broken extends Blob {
      override slice(start?: number, end?: number): Blob {
        if (start !== 0) return super.slice(start, end);
        throw new DOMException('changed', 'NotReadableError');
      }
    }
    const { answers, sent } = answersOf(new Broken([content]));
    answers.answer({ id: 1, offset: 0, length: 10 });
    answers.answer({ id: 2, offset: 10, length: 10 });
    await expect.poll(() => sent.length, soon).toBe(2);
    expect(sent).toContainEqual('{"unreadable":1}');
    expect(sent).toContainEqual({ id: 2, bytes: content.subarray(10, 20) });
  });
});

describe('the key of a file', () => {
  const large = Buffer.alloc(1_000_000, 1);
  const file = (bytes: Buffer, name = 'a.iso', lastModified = 5) =>
    new File([new Uint8Array(bytes)], name, { lastModified });
  const changedAt = (at: number) => {
    const changed = Buffer.from(large);
    changed[at] = 2;
    return changed;
  };

  it('is the same for the same file', async () => {
    expect(await fileKey(file(large))).toMatch(/^[0-9a-f]{64}$/);
    expect(await fileKey(file(large))).toBe(await fileKey(file(Buffer.from(large))));
  });

  it.each([
    ['name', file(large, 'b.iso')],
    ['time', file(large, 'a.iso', 6)],
    ['size', file(large.subarray(1))],
    ['beginning', file(changedAt(0))],
    ['middle', file(changedAt(500_001))],
    ['end', file(changedAt(999_999))],
  ])('is another one with another %s', async (_what, other) => {
    expect(await fileKey(other)).not.toBe(await fileKey(file(large)));
  });
});
