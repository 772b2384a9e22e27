import { describe, expect, it } from 'vitest';
import { type DiscWish, InstallRecord } from '../../core/contracts/install.ts';
import { awaitsDisc } from '../../web-console/disc-standing.ts';
import { discFetch, wishForDisc } from '../../web-console/disc-wish.ts';
import { discFile, machineView } from '../../web-console/machine-view.ts';
import { alice, anInstallAt, bob } from '../support/an-install.ts';

const media = { path: '/m/own.iso', bytes: 1, sha256: 'ab', label: 'DEBIAN', boots: ['bios' as const] };
const url = 'https://example.org/drivers.iso?key=secret';
const record = anInstallAt('attend', { facts: { media } });

const fact = { n: 1, name: 'drivers.iso', path: '/m/other.iso', bytes: 900, sha256: 'cd', why: '' };

function wished(given: Partial<DiscWish>, state?: 'fetching' | 'ready' | 'failed'): InstallRecord {
  const facts = { media, ...(state ? { otherDisc: { ...fact, state } } : {}) };
  return { ...record, facts, discWish: { n: 1, typed: url, by: alice, at: 1, verdict: 'accepted', ...given } };
}

describe('a wish for another ISO', () => {
  it('stands in the record, in the thread and on the audit trail, there without what may be a key', () => {
    const change = wishForDisc(record, { iso: url, sha256: 'ef' }, { by: bob, at: 9 });
    expect(InstallRecord.parse(change?.record).discWish).toEqual({
      n: 1,
      typed: url,
      sha256: 'ef',
      by: bob,
      at: 9,
      verdict: 'asked',
    });
    expect(change?.record.console?.acts).toMatchObject([{ what: 'fetch', disc: 'drivers.iso', by: bob }]);
    expect(change?.note.detail).toEqual({ action: 'fetch', disc: 'drivers.iso', sha256: 'ef' });
  });

  it('takes the place of the one before', () => {
    expect(wishForDisc(wished({}, 'ready'), { iso: 'x' }, { by: bob, at: 9 })?.record.discWish?.n).toBe(2);
  });

  it('is nothing once the console has closed', () => {
    expect(wishForDisc({ ...record, at: 'handback' }, { iso: 'x' }, { by: bob, at: 9 })).toBeNull();
  });
});

describe('what the page is told of it', () => {
  it.each([
    ['nobody asked', record, null],
    ['the bot has not answered', wished({ verdict: 'asked' }), { state: 'asked' }],
    ['the bot said no', wished({ verdict: 'refused', why: 'No.' }), { state: 'refused', why: 'No.' }],
    ['no worker has begun', wished({}), { state: 'waiting' }],
    ['a worker told of an older one', wished({ n: 2 }, 'ready'), { state: 'waiting' }],
    ['it is under way', wished({}, 'fetching'), { state: 'fetching', done: 450, total: 900 }],
    ['it is there', wished({}, 'ready'), { state: 'ready', done: null, total: 900 }],
    ['it failed', wished({}, 'failed'), { state: 'failed' }],
  ])('when %s', (_when, now, told) => {
    const fetch = discFetch(now, 450, { user: 'U01ALICE', names: {} });
    expect(awaitsDisc(now)).toBe(['asked', 'waiting', 'fetching'].includes(told?.state ?? ''));
    if (told === null) expect(fetch).toBeNull();
    else expect(fetch).toMatchObject({ name: 'drivers.iso', ...told });
    expect(JSON.stringify(fetch)).not.toContain('secret');
  });
});

describe('what the page is told of an upload', () => {
  const upload = { bytes: 900, key: 'k' };
  const names = { [bob.id]: 'Bob' };
  const told = (given: Partial<DiscWish>, user: string) =>
    discFetch(wished({ typed: 'drivers.iso', by: bob, upload, ...given }, 'fetching'), 450, { user, names });

  it('says whose it is, and how far', () => {
    const others = { name: 'drivers.iso', state: 'uploading', done: 450, total: 900 };
    expect(told({}, alice.id)).toMatchObject({ ...others, upload: { n: 1, mine: false, by: 'Bob' } });
    expect(told({}, bob.id)).toMatchObject({ upload: { mine: true } });
    expect(told({ upload: { ...upload, sha256: 'ab' } }, alice.id)).toMatchObject({ state: 'checking' });
    expect(told({ by: { via: 'console', id: '__proto__' } }, alice.id)?.upload?.by).toBeNull();
  });
});

describe('the disc that was fetched', () => {
  it('may be inserted once it is whole, and says its name in the drive', () => {
    const drive = { trayOpen: false, held: false, file: fact.path };
    const view = machineView(wished({}, 'ready'), { power: 'running', drive });
    expect(view.drive?.disc).toBe('drivers.iso');
    expect(view.discs.map(({ id, inDrive }) => [id, inDrive])).toEqual([
      ['own', false],
      ['other', true],
    ]);
  });

  it.each([
    ['while it is fetched', wished({}, 'fetching'), null],
    ['after another one was asked for', wished({ n: 2 }, 'ready'), null],
    ['after another one was refused', wished({ n: 2, verdict: 'refused' }, 'ready'), fact.path],
  ])('can be had %s: %#', (_when, now, file) => {
    expect(discFile(now, 'other')).toBe(file);
  });
});
