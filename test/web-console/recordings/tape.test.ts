import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Entry, kinds, readEntries } from '../../../web-console/recordings/entries.ts';
import type { Reel } from '../../../web-console/recordings/reel.ts';
import { readPart, survey } from '../../../web-console/recordings/survey.ts';
import { aFolder, aTape, reading, shake } from '../../support/recording-rig.ts';

/** Everything in a recording, by way of the parts that the page asks for. */
async function entriesOf(reel: Reel): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const part of (await survey(reel)).parts) {
    entries.push(...readEntries((await readPart(reel, part)) ?? Buffer.alloc(0)));
  }
  return entries;
}

const bytesOf = (entries: readonly Entry[], kind: number) =>
  Buffer.concat(entries.filter((entry) => entry.kind === kind).map(({ bytes }) => bytes));
const key = (letter: string) => Buffer.from([4, 1, 0, 0, 0, 0, 0, letter.charCodeAt(0)]);

describe('a tape', () => {
  it('holds every byte of the screen with its time, in any number of parts', async () => {
    using folder = aFolder();
    const { tape, time, done } = await aTape(join(folder.path, 'r1.xrec'));
    const said: Buffer[] = [];
    for (const size of [12, 1, 70_000, 3_000_000, 5]) {
      said.push(randomBytes(size));
      tape.screen(said.at(-1) ?? Buffer.alloc(0));
      time.now += 500;
    }
    tape.end('idle');
    const { bytes } = await done;
    expect(bytes).toBeGreaterThan(3_000_000);
    await reading(join(folder.path, 'r1.xrec'), async (reel) => {
      const { parts, lengthMs, screen, end } = await survey(reel);
      expect(parts.length).toBeGreaterThan(1);
      expect([lengthMs, end]).toEqual([2_500, 'idle']);
      expect(screen.reduce((sum, each) => sum + each)).toBe(Buffer.concat(said).length);
      const entries = await entriesOf(reel);
      expect(bytesOf(entries, kinds.screen).equals(Buffer.concat(said))).toBe(true);
      expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).toSorted((a, b) => a - b));
    });
  });

  it('has how the client wanted its pixels, and of keys and clipboards only that there were some', async () => {
    using folder = aFolder();
    const { tape, time, done } = await aTape(join(folder.path, 'r1.xrec'));
    const pixels = Buffer.concat([Buffer.from([0, 0, 0, 0]), randomBytes(16)]);
    const encodings = Buffer.from([2, 0, 0, 2, 0, 0, 0, 16, 0, 0, 0, 0]);
    const cut = Buffer.concat([Buffer.from([6, 0, 0, 0, 0, 0, 0, 9]), Buffer.from('clipboard')]);
    tape.client(shake.subarray(0, 5));
    tape.client(Buffer.concat([shake.subarray(5), pixels, encodings]));
    // A page lets go of keys and speaks of clipboards when it opens; that is nobody's doing.
    tape.client(Buffer.concat([Buffer.from([4, 0, 0, 0, 0, 0, 0, 0xe3]), cut]));
    time.now += 400;
    for (const letter of 'passw0rd') {
      tape.client(key(letter));
      time.now += 400;
    }
    tape.client(Buffer.from([5, 0, 0, 1, 0, 1]));
    tape.end('left');
    await done;
    await reading(join(folder.path, 'r1.xrec'), async (reel) => {
      const entries = await entriesOf(reel);
      expect(bytesOf(entries, kinds.format)).toEqual(pixels);
      expect(bytesOf(entries, kinds.encodings)).toEqual(encodings);
      expect((await survey(reel)).format).toEqual({
        pixels: pixels.toString('hex'),
        encodings: encodings.toString('hex'),
      });
      const marks = entries.filter(({ kind }) => kind === kinds.key || kind === kinds.pointer);
      expect(marks.map(({ kind, at, bytes }) => [kind, at, bytes.length])).toEqual([
        [kinds.key, 400, 0],
        [kinds.key, 1_600, 0],
        [kinds.key, 2_800, 0],
        [kinds.pointer, 3_600, 0],
      ]);
    });
  });

  it('says when the keyboard comes and goes, and how far it is', async () => {
    using folder = aFolder();
    const { tape, time, done, progress } = await aTape(join(folder.path, 'r1.xrec'));
    for (const has of [false, false, true, true, false, false, false, false, false, false]) {
      tape.tick(has);
      time.now += 1_000;
    }
    expect(progress).toHaveLength(1);
    tape.end('left');
    await done;
    await reading(join(folder.path, 'r1.xrec'), async (reel) => {
      const held = (await entriesOf(reel)).filter(({ kind }) => kind === kinds.keyboard);
      expect(held.map(({ at, bytes }) => [at, bytes[0]])).toEqual([
        [0, 0],
        [2_000, 1],
        [4_000, 0],
      ]);
    });
  });

  it('does not turn back with the clock', async () => {
    using folder = aFolder();
    const { tape, time, done } = await aTape(join(folder.path, 'r1.xrec'));
    time.now += 5_000;
    tape.screen(Buffer.from('a'));
    time.now -= 60_000;
    tape.end('left');
    await done;
    expect((await reading(join(folder.path, 'r1.xrec'), survey)).lengthMs).toBe(5_000);
  });

  it('ends with a word when the disk fails, and writes nothing after that', async () => {
    const written: number[] = [];
    const append = async ({ length }: Buffer) => {
      if (written.length === 1) throw new Error('ENOSPC: no space left on device');
      written.push(length);
    };
    const { tape, done } = await aTape('', { sink: { append, close: async () => undefined } });
    const failed = Promise.withResolvers<void>();
    let calls = 0;
    tape.watch(() => {
      calls += 1;
      failed.resolve();
    });
    for (let chunk = 0; chunk < 4; chunk += 1) tape.screen(randomBytes(70_000));
    await failed.promise;
    tape.screen(randomBytes(70_000));
    tape.end('unrecorded');
    expect(await done).toMatchObject({ reason: 'unrecorded', failure: { message: expect.stringContaining('ENOSPC') } });
    expect([written.length, calls]).toEqual([1, 1]);
  });

  it('holds no more than its room while the disk stands still, and says so at once', async () => {
    const stuck = Promise.withResolvers<void>();
    const sink = { append: () => stuck.promise, close: async () => undefined };
    const { tape, done } = await aTape('', { sink, room: 300_000 });
    let failed = false;
    for (let chunk = 0; chunk < 4; chunk += 1) tape.screen(randomBytes(70_000));
    tape.watch(() => {
      failed = true;
    });
    expect(failed).toBe(false);
    tape.screen(randomBytes(70_000));
    expect(failed).toBe(true);
    // Whoever looks afterwards hears of it as well.
    let again = false;
    tape.watch(() => {
      again = true;
    });
    expect(again).toBe(true);
    tape.end('unrecorded');
    stuck.resolve();
    expect(await done).toMatchObject({ failure: { message: 'the disk does not keep up' } });
  });
});
