import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CHUNK_BYTES, MAX_ASKED } from '../../../web-console/browser-disc/disc-contract.ts';
import { type FileHolder, RemoteFile } from '../../../web-console/browser-disc/remote-file.ts';

const content = Buffer.alloc(40 * CHUNK_BYTES + 100, 0).map((_, index) => (index * 7 + (index >> 12)) & 255);
const [holdMs, answerMs] = [20_000, 8_000];

/** A page that answers when it is told to. */
class Page implements FileHolder {
  readonly asked: { id: number; offset: number; length: number }[] = [];
  readonly #file: RemoteFile;
  gaveUp = 0;

  constructor(file: RemoteFile) {
    this.#file = file;
    file.attach(this);
  }

  ask(id: number, offset: number, length: number): void {
    this.asked.push({ id, offset, length });
  }

  giveUp(): void {
    this.gaveUp += 1;
  }

  /** Answers until nothing more is asked. @returns how much that was */
  answer(): number {
    let many = 0;
    for (let next = this.asked.shift(); next; next = this.asked.shift()) {
      const { id, offset, length } = next;
      expect(this.#file.take(this, id, Buffer.from(content.subarray(offset, offset + length)))).toBe(true);
      many += 1;
    }
    return many;
  }
}

let file: RemoteFile;

beforeEach(() => {
  vi.useFakeTimers();
  file = new RemoteFile({ bytes: content.length, holdMs, answerMs });
});
afterEach(() => {
  file.close();
  vi.useRealTimers();
});

async function read(page: Page, offset: number, length: number): Promise<void> {
  const bytes = file.read(offset, length);
  page.answer();
  expect((await bytes).equals(content.subarray(offset, offset + length))).toBe(true);
}

describe('what is read', () => {
  it('is what lies there: within a chunk, across chunks, and at the very end', async () => {
    const page = new Page(file);
    await read(page, 5, 10);
    await read(page, CHUNK_BYTES - 3, 2 * CHUNK_BYTES);
    await read(page, content.length - 1, 1);
  });

  it('travels once, however often and in however small pieces it is read', async () => {
    const page = new Page(file);
    for (let offset = 0; offset < 20_480; offset += 2_048) await read(page, offset, 2_048);
    expect(file.travelled).toBeLessThanOrEqual(2 * CHUNK_BYTES);
    const before = file.travelled;
    await Promise.all([file.read(0, 100), file.read(50, 100)]);
    expect(file.travelled).toBe(before);
  });

  it('is asked for once, while two wait for it', async () => {
    const page = new Page(file);
    const both = [file.read(10 * CHUNK_BYTES, 10), file.read(10 * CHUNK_BYTES + 5, 10)];
    expect(page.answer()).toBe(1);
    expect(await Promise.all(both)).toHaveLength(2);
  });
});

describe('what is fetched ahead', () => {
  it('grows for who reads on and on, and is nothing for who jumps about', async () => {
    const page = new Page(file);
    for (const index of [30, 20, 10, 35]) {
      await read(page, index * CHUNK_BYTES, 100);
      expect(page.asked).toEqual([]);
    }
    expect(file.travelled).toBe(4 * CHUNK_BYTES);
    for (const index of [0, 1, 2]) await read(page, index * CHUNK_BYTES, 100);
    const before = file.travelled;
    await file.read(3 * CHUNK_BYTES, 100);
    page.answer();
    expect(file.travelled).toBeGreaterThan(before + 2 * CHUNK_BYTES);
  });

  it('is bounded, and never begins behind the end', async () => {
    const page = new Page(file);
    for (let index = 0; index < 40; index += 1) {
      const bytes = file.read(index * CHUNK_BYTES, CHUNK_BYTES);
      expect(page.asked.length).toBeLessThanOrEqual(MAX_ASKED);
      page.answer();
      await bytes;
    }
    expect(file.travelled).toBeLessThanOrEqual(content.length);
  });
});

describe('a page that goes', () => {
  it('leaves reads waiting, which the next one answers', async () => {
    const gone = new Page(file);
    const bytes = file.read(0, 10);
    const owed = gone.asked[0];
    file.detach(gone);
    await vi.advanceTimersByTimeAsync(holdMs - 1_000);
    const back = new Page(file);
    expect(file.take(gone, owed?.id ?? 0, Buffer.alloc(CHUNK_BYTES))).toBe(false);
    back.answer();
    expect((await bytes).equals(content.subarray(0, 10))).toBe(true);
  });

  it('costs reads nothing but an error, after some time and not for ever', async () => {
    const bytes = file.read(0, 10);
    const failed = expect(bytes).rejects.toThrow('in time');
    await vi.advanceTimersByTimeAsync(holdMs + 1_000);
    await failed;
    await read(new Page(file), 0, 10);
  });

  it('is one that owes an answer for too long, too', async () => {
    const page = new Page(file);
    const bytes = file.read(0, 10);
    await vi.advanceTimersByTimeAsync(answerMs - 1_000);
    expect(page.gaveUp).toBe(0);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(page.gaveUp).toBeGreaterThan(0);
    new Page(file).answer();
    expect(await bytes).toHaveLength(10);
  });
});

describe('an answer', () => {
  it.each([
    ['of another length', 0, CHUNK_BYTES - 1],
    ['that nobody asked for', 7, CHUNK_BYTES],
  ])('%s is none', async (_what, plus, length) => {
    const page = new Page(file);
    const bytes = file.read(0, 10);
    const id = page.asked[0]?.id ?? 0;
    expect(file.take(page, id + plus, Buffer.alloc(length))).toBe(false);
    page.answer();
    expect(await bytes).toHaveLength(10);
    expect(file.take(page, id, Buffer.alloc(CHUNK_BYTES))).toBe(false);
  });

  it('that the file cannot be read is an error at once', async () => {
    const page = new Page(file);
    const failed = expect(file.read(0, 10)).rejects.toThrow('cannot read');
    expect(file.cannot(page, page.asked[0]?.id ?? 0)).toBe(true);
    expect(file.cannot(page, 999)).toBe(false);
    await failed;
  });
});

describe('a disc that is to be taken out', () => {
  it('lets nobody wait for a page that is away, nor who reads again in that moment', async () => {
    const waiting = expect(file.read(0, 10)).rejects.toThrow('let go');
    file.letGo();
    await waiting;
    await expect(file.read(0, 10)).rejects.toThrow('let go');
    await vi.advanceTimersByTimeAsync(6_000);
    const bytes = file.read(0, 10);
    new Page(file).answer();
    expect(await bytes).toHaveLength(10);
  });

  it('waits for a page that is there, but not for long', async () => {
    const page = new Page(file);
    file.letGo();
    await read(page, 0, 10);
    const failed = expect(file.read(5 * CHUNK_BYTES, 10)).rejects.toThrow('in time');
    await vi.advanceTimersByTimeAsync(2_000);
    await failed;
    // It answers after all, and is no liar for that.
    expect(page.answer()).toBe(1);
  });
});

it('lets nobody wait once it is closed', async () => {
  const waiting = expect(file.read(0, 10)).rejects.toThrow('not served');
  file.close();
  await waiting;
  await expect(file.read(0, 10)).rejects.toThrow('not served');
});
