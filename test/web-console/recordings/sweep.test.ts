import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AuditNote } from '../../../core/contracts/audit-event.ts';
import { createLogger } from '../../../core/log.ts';
import { type SweepDeps, sweep } from '../../../web-console/recordings/sweep.ts';
import { createMemoryInstallStore } from '../../fakes/memory-install-store.ts';
import { anInstallAt } from '../../support/an-install.ts';
import { aFolder, aTape } from '../../support/recording-rig.ts';

const log = createLogger('test', 'silent');
/** When the files of these tests were written to last, and how long they are kept. */
const WRITTEN = 2_000_000;
const KEPT_MS = 1_000;

async function aShelf(folder: string) {
  const time = { now: WRITTEN + KEPT_MS };
  const store = createMemoryInstallStore({ now: () => time.now });
  await store.create(anInstallAt('attend', { id: 'xe-a' }), {
    type: 'created',
    actor: { via: 'system', id: 'test' },
    detail: {},
  });
  const file = join(folder, 'xe-a', 'r1.xrec');
  const { tape, done } = await aTape(file);
  tape.end('left');
  await done;
  utimesSync(file, WRITTEN / 1000, WRITTEN / 1000);
  const [general, removed]: [AuditNote[], string[]] = [[], []];
  const deps: SweepDeps = {
    ...{ folder, store, log },
    trail: { note: async (note) => void general.push(note) },
    index: { remove: async (install, id) => void removed.push(`${install}/${id}`) },
    clock: { now: () => time.now },
  };
  const deletions = async () => (await store.events('xe-a')).filter(({ type }) => type === 'recording-deleted');
  return { deps, file, time, store, general, removed, deletions };
}

describe('a sweep', () => {
  it('keeps what is in its time, and then deletes it, with a line of the audit trail', async () => {
    using folder = aFolder();
    const { deps, file, time, removed, deletions } = await aShelf(folder.path);
    expect(await sweep(deps)).toBe(0);
    expect(existsSync(file)).toBe(true);
    time.now += 1;
    expect(await sweep(deps)).toBe(1);
    expect(existsSync(file)).toBe(false);
    expect(removed).toEqual(['xe-a/r1']);
    expect(await deletions()).toMatchObject([{ actor: { via: 'system' }, detail: { recording: 'r1' } }]);
    expect(await sweep(deps)).toBe(0);
    expect(await deletions()).toHaveLength(1);
  });

  it('that was killed after the line goes on without a second one', async () => {
    using folder = aFolder();
    const { deps, file, time, deletions } = await aShelf(folder.path);
    time.now += 1;
    const index = { remove: () => Promise.reject(new Error('Redis is away')) };
    await expect(sweep({ ...deps, index })).rejects.toThrow('away');
    const { tape, done } = await aTape(file);
    tape.end('left');
    await done;
    utimesSync(file, WRITTEN / 1000, WRITTEN / 1000);
    expect(await sweep(deps)).toBe(1);
    expect(await deletions()).toHaveLength(1);
  });

  it('tells the general trail of what belongs to no install', async () => {
    using folder = aFolder();
    const { deps, time, general } = await aShelf(folder.path);
    const lost = join(folder.path, 'xe-lost', 'r1.xrec');
    const { tape, done } = await aTape(lost, { install: 'xe-lost' });
    tape.end('left');
    await done;
    utimesSync(lost, WRITTEN / 1000, WRITTEN / 1000);
    time.now += 1;
    expect(await sweep(deps)).toBe(2);
    expect(general).toMatchObject([{ type: 'recording-deleted', detail: { install: 'xe-lost', recording: 'r1' } }]);
  });

  it('leaves alone what is no recording, and takes away what was never finished', async () => {
    using folder = aFolder();
    const { deps, time } = await aShelf(folder.path);
    const stray = join(folder.path, 'xe-a', 'notes.txt');
    const odd = join(folder.path, 'xe-a', 'odd.xrec');
    const unfinished = join(folder.path, 'xe-a', 'r2.xrec.part');
    for (const file of [stray, odd, unfinished]) {
      writeFileSync(file, 'abc');
      utimesSync(file, WRITTEN / 1000, WRITTEN / 1000);
    }
    time.now = WRITTEN + 3_600_000;
    await sweep(deps);
    expect([stray, odd, unfinished].map((file) => existsSync(file))).toEqual([true, true, true]);
    time.now += 1;
    await sweep(deps);
    expect([stray, odd, unfinished].map((file) => existsSync(file))).toEqual([true, true, false]);
  });

  it('of a folder that is not there yet finds nothing', async () => {
    using folder = aFolder();
    const { deps } = await aShelf(folder.path);
    expect(await sweep({ ...deps, folder: join(folder.path, 'none') })).toBe(0);
  });
});
