import { describe, expect, it } from 'vitest';
import type { OtherDiscFacts } from '../../../core/contracts/facts.ts';
import { InstallRecord } from '../../../core/contracts/install.ts';
import { resumeAt } from '../../../web-console/upload/contract.ts';
import { sentWhole, stopUpload, uploadStanding, wishForUpload } from '../../../web-console/upload/wish.ts';
import { anInstallAt } from '../../support/an-install.ts';

const key = 'cd'.repeat(32);
const sha256 = 'ef'.repeat(32);
const by = { via: 'console', id: 'U02BOB' } as const;
const file = { name: 'drivers.iso', bytes: 900, key };
const empty = anInstallAt('attend');

function wished(given: { verdict?: 'asked' | 'accepted' | 'refused'; sha256?: string } = {}): InstallRecord {
  const record = wishForUpload(empty, file, { by, at: 5 })?.record;
  if (!record?.discWish?.upload) throw new Error('nothing was wished');
  const { verdict = 'accepted', ...more } = given;
  const upload = { ...record.discWish.upload, ...more };
  return InstallRecord.parse({ ...record, discWish: { ...record.discWish, verdict, upload } });
}

function told(record: InstallRecord, state: OtherDiscFacts['state'], n = 1): InstallRecord {
  const otherDisc = { n, state, name: 'drivers.iso', path: '/m/o.iso', bytes: 900, sha256: '', why: 'Why.' };
  return { ...record, facts: { ...record.facts, otherDisc } };
}

describe('a wish to upload', () => {
  it('stands in the record, the thread and the audit trail', () => {
    const change = wishForUpload(empty, file, { by, at: 5 });
    expect(change?.record.discWish).toEqual({
      n: 1,
      typed: 'drivers.iso',
      upload: { bytes: 900, key },
      by,
      at: 5,
      verdict: 'asked',
    });
    expect(change?.record.console?.acts).toMatchObject([{ what: 'upload', disc: 'drivers.iso', by }]);
    expect(change?.note).toMatchObject({ type: 'console-media', detail: { action: 'upload', bytes: 900 } });
  });

  it('is nothing once the console has closed', () => {
    expect(wishForUpload({ ...empty, at: 'handback' }, file, { by, at: 5 })).toBeNull();
  });
});

describe('where it stands', () => {
  it.each([
    ['the bot was asked', wished({ verdict: 'asked' }), 'asked'],
    ['the bot said no', wished({ verdict: 'refused' }), 'refused'],
    ['no worker has made room', wished(), 'waiting'],
    ['a worker told of an older one', told(wished(), 'ready', 7), 'waiting'],
    ['there is a file for it', told(wished(), 'fetching'), 'receiving'],
    ['all of it was sent', told(wished({ sha256 }), 'fetching'), 'checking'],
    ['it is there', told(wished({ sha256 }), 'ready'), 'ready'],
    ['it failed', told(wished(), 'failed'), 'failed'],
  ])('%s', (_when, record, state) => {
    expect(uploadStanding(record, by.id)).toMatchObject({ n: 1, state, mine: true, key });
    expect(uploadStanding(record, 'U01ALICE')).toMatchObject({ state, mine: false, key: null });
  });

  it('is nowhere when the newest wish is another one', () => {
    expect(uploadStanding(empty, by.id)).toBeNull();
  });
});

describe('the end of sending', () => {
  const receiving = told(wished(), 'fetching');

  it('is told once, by whose it is, for the upload that goes on', () => {
    const change = sentWhole(receiving, { n: 1, sha256, by });
    expect(change?.record.discWish?.upload?.sha256).toBe(sha256);
    expect(change?.note).toMatchObject({ type: 'console-upload-sent', detail: { sha256, name: 'drivers.iso' } });
    expect(sentWhole(change?.record ?? empty, { n: 1, sha256: key, by })).toBeNull();
    expect(sentWhole(receiving, { n: 2, sha256, by })).toBeNull();
    expect(sentWhole(receiving, { n: 1, sha256, by: { ...by, id: 'U01ALICE' } })).toBeNull();
    expect(sentWhole(wished(), { n: 1, sha256, by })).toBeNull();
    expect(sentWhole(told(receiving, 'failed'), { n: 1, sha256, by })).toBeNull();
  });

  it('may be a stop, also before it has begun', () => {
    for (const record of [receiving, wished({ verdict: 'asked' })]) {
      const change = stopUpload(record, { n: 1, by, at: 9 });
      expect(change?.record.discWish?.upload?.stopped).toBe(true);
      expect(change?.record.console?.acts?.at(-1)).toMatchObject({ what: 'stop-upload', disc: 'drivers.iso' });
      expect(stopUpload(change?.record ?? empty, { n: 1, by, at: 10 })).toBeNull();
    }
    expect(stopUpload(receiving, { n: 1, by: { ...by, id: 'U01ALICE' }, at: 9 })).toBeNull();
    expect(stopUpload(told(receiving, 'ready'), { n: 1, by, at: 9 })).toBeNull();
  });
});

it.each([
  [0, 0],
  [65_535, 0],
  [65_536, 65_536],
  [200_000, 196_608],
  [300_000, 300_000],
])('with %i bytes there the next piece begins at %i', (at, next) => {
  expect(resumeAt(at, 300_000)).toBe(next);
});
