import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseKeyring } from '../../../core/keyring.ts';
import { survey } from '../../../web-console/recordings/survey.ts';
import { aFolder, aTape, chunkStarts, keyring, reading } from '../../support/recording-rig.ts';

/** Writes a recording of some chunks, one a second. */
async function record(file: string, seconds: number, install?: string): Promise<void> {
  const { tape, time, done } = await aTape(file, install === undefined ? {} : { install });
  for (let second = 0; second < seconds; second += 1) {
    time.now += 1_000;
    tape.screen(Buffer.from(`picture ${second}`));
    tape.tick(true);
  }
  tape.end('left');
  expect((await done).failure).toBeNull();
}

const look = (file: string, keys = keyring) => reading(file, survey, keys);
/** The file with its chunks in this order. */
function reorder(file: string, order: readonly number[]): void {
  const [bytes, starts] = [readFileSync(file), chunkStarts(file)];
  const chunks = order.map((index) => bytes.subarray(starts[index], starts[index + 1]));
  writeFileSync(file, Buffer.concat([bytes.subarray(0, starts[0]), ...chunks]));
}

describe('the file of a recording', () => {
  it('is whole, and for its owner alone', async () => {
    using folder = aFolder();
    const file = join(folder.path, 'xe-a', 'r1.xrec');
    await record(file, 3);
    expect(await look(file)).toMatchObject({ lengthMs: 3_000, end: 'left', spoilt: false });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
    expect(readFileSync(file).includes('picture')).toBe(false);
  });

  it('that was cut anywhere is readable to its last whole chunk, and says that it ends early', async () => {
    using folder = aFolder();
    const file = join(folder.path, 'r1.xrec');
    await record(file, 3);
    const starts = chunkStarts(file);
    const [third = 0, fourth = 0] = starts.slice(2);
    for (let size = fourth - 1; size >= third; size -= 1) {
      truncateSync(file, size);
      expect(await look(file)).toMatchObject({ lengthMs: 2_000, end: null, spoilt: false });
    }
    truncateSync(file, starts[0]);
    expect(await look(file)).toMatchObject({ lengthMs: 0, end: null, spoilt: false, parts: [] });
  });

  it.each([
    ['two chunks change places', [0, 2, 1, 3], 1_000],
    ['a chunk is left out', [0, 1, 3], 2_000],
    ['a chunk is there twice', [0, 0, 1, 2, 3], 1_000],
    ['the first chunks are left out', [2, 3], 0],
  ])('is noticed to be spoilt where %s', async (_what, order, lengthMs) => {
    using folder = aFolder();
    const file = join(folder.path, 'r1.xrec');
    await record(file, 3);
    reorder(file, order);
    expect(await look(file)).toMatchObject({ lengthMs, end: null, spoilt: true });
  });

  it('is noticed to be spoilt where any byte of a chunk or of its head is another one', async () => {
    using folder = aFolder();
    const file = join(folder.path, 'r1.xrec');
    await record(file, 2);
    const bytes = readFileSync(file);
    const [first = 0, second = 0] = chunkStarts(file);
    const flips = [bytes.indexOf('U01ALICE'), first + 4, second - 1];
    for (const at of flips) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(file, changed);
      expect(await look(file)).toMatchObject({ lengthMs: 0, spoilt: true });
    }
  });

  it('takes no chunk of another recording under the same secret', async () => {
    using folder = aFolder();
    const [file, other] = [join(folder.path, 'r1.xrec'), join(folder.path, 'r2.xrec')];
    await record(file, 3);
    await record(other, 3);
    const [mine, theirs] = [readFileSync(file), readFileSync(other)];
    const [from, to] = [chunkStarts(file)[1], chunkStarts(file)[2]];
    expect(chunkStarts(other)).toEqual(chunkStarts(file));
    writeFileSync(file, Buffer.concat([mine.subarray(0, from), theirs.subarray(from, to), mine.subarray(to)]));
    expect(await look(file)).toMatchObject({ lengthMs: 1_000, spoilt: true });
  });

  it('is played after a rotation as long as the old secret is there, and says so when it is not', async () => {
    using folder = aFolder();
    const file = join(folder.path, 'r1.xrec');
    await record(file, 1);
    const old = 'a secret of at least thirty-two characters';
    const newer = 'another secret of at least thirty-two characters';
    expect(await look(file, parseKeyring(newer, old))).toMatchObject({ end: 'left' });
    await expect(look(file, parseKeyring(newer))).rejects.toMatchObject({
      code: 'sealed-by-other-key',
      userMessage: expect.stringContaining('XEPA_SECRET_PREVIOUS'),
    });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['another kind of file', Buffer.from('MZ'.repeat(100))],
    ['a head without an end', Buffer.from('XEPAREC1\x7f\xff\xff\xff')],
    ['a head that is no JSON', Buffer.from('XEPAREC1\0\0\0\x03abc')],
  ])('that holds %s is refused in words', async (_what, bytes) => {
    using folder = aFolder();
    const file = join(folder.path, 'r1.xrec');
    writeFileSync(file, bytes);
    await expect(look(file)).rejects.toMatchObject({ userMessage: expect.stringContaining('damaged') });
  });
});
