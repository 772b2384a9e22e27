import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lockDevice, tagDevice, unlockDevice } from '../../bot/device-decisions.ts';
import { activeLock, type DeviceNote, noNote, withNotes } from '../../bot/device-notes.ts';
import { freezeOn } from '../../bot/freezes.ts';
import type { KeptChange } from '../../bot/kept-items.ts';
import { elsewhere } from '../../bot/other-workspaces.ts';
import { XepaError } from '../../core/errors.ts';

const [alice, bob] = ['U01ALICE', 'U02BOB'];
const team = 'T01TEST';
const now = Date.UTC(2026, 10, 3, 15, 30);
const hour = 3_600_000;
const device = { provider: 'lab', id: 'srv-7', name: 'web-07', tags: ['Web'] };
const lock = { team, by: alice, reason: 'swapping its <disk>', since: now - hour, until: now + 2 * hour };
const locked: DeviceNote = { ...noNote, lock };
const change = { device, team, now, add: [], remove: [], owner: undefined, ownerBefore: null };

function refusal(work: () => KeptChange<DeviceNote> | null): { code: string; text: string } {
  try {
    work();
  } catch (err) {
    if (err instanceof XepaError) return { code: err.code, text: err.userMessage };
    throw err;
  }
  throw new Error('it was not refused');
}

describe('a lock', () => {
  test('is set with who, why and until when, and stands in the trail', () => {
    const set = lockDevice(noNote, { device, team, by: alice, now, reason: 'disk', until: now + hour });
    expect(set.item?.lock).toEqual({ team, by: alice, reason: 'disk', since: now, until: now + hour });
    expect(set.note).toEqual({
      type: 'device-locked',
      actor: { via: 'slack', id: alice },
      detail: { team, device: 'lab/srv-7', reason: 'disk', until: now + hour },
    });
  });

  test('is changed by who has it, and remembers since when', () => {
    const longer = lockDevice(locked, { device, team, by: alice, now, reason: 'still', until: null });
    expect(longer.item?.lock).toEqual({ team, by: alice, reason: 'still', since: now - hour, until: null });
  });

  test('is gone by itself when its end has come', () => {
    expect(activeLock(locked, lock.until - 1)).toEqual(lock);
    expect(activeLock(locked, lock.until)).toBeNull();
    expect(activeLock({ ...noNote, lock: { ...lock, until: null } }, now + 9e12)).not.toBeNull();
    const later = lockDevice(locked, { device, team, by: bob, now: lock.until, reason: 'mine', until: null });
    expect(later.item?.lock).toMatchObject({ by: bob, since: lock.until });
  });

  test.each([
    ['a lock', () => lockDevice(locked, { device, team, by: bob, now, reason: 'x', until: null })],
    ['an unlocking', () => unlockDevice(locked, { device, team, by: bob, now, override: null })],
    ['a tag', () => tagDevice(locked, { ...change, by: bob, add: ['db'] })],
  ])('refuses %s of anybody else with who, why and until when', (_what, work) => {
    const { code, text } = refusal(work);
    expect(code).toBe('not-allowed');
    expect(text).toBe(
      '`web-07` is locked by <@U01ALICE> until 17:30 UTC (in 2 h): swapping its &lt;disk&gt;. Ask them, or wait.',
    );
  });

  test('is taken away by who has it, or by somebody else with a reason', () => {
    expect(unlockDevice(locked, { device, team, by: alice, now, override: null })?.item).toEqual(noNote);
    const lifted = unlockDevice(locked, { device, team, by: bob, now, override: { of: alice, reason: 'holiday' } });
    expect(lifted).toMatchObject({
      item: { lock: null },
      note: { type: 'device-unlocked', actor: { id: bob }, detail: { lockedBy: alice, reason: 'holiday' } },
    });
    // Somebody else has locked it since: that lock was not meant.
    const stale = { of: 'U03CAROL', reason: 'holiday' };
    expect(refusal(() => unlockDevice(locked, { device, team, by: bob, now, override: stale })).code).toBe(
      'not-allowed',
    );
    expect(unlockDevice(noNote, { device, team, by: bob, now, override: null })).toBeNull();
    expect(unlockDevice(locked, { device, team, by: bob, now: lock.until, override: null })).toBeNull();
  });
});

describe('a lock of another workspace', () => {
  const there = 'T02OTHER';

  // The same user id is somebody else there.
  test.each([
    ['a lock', () => lockDevice(locked, { device, team: there, by: alice, now, reason: 'x', until: null })],
    ['an unlocking', () => unlockDevice(locked, { device, team: there, by: alice, now, override: null })],
    [
      'an unlocking with a reason',
      () => unlockDevice(locked, { device, team: there, by: bob, now, override: { of: alice, reason: 'holiday' } }),
    ],
    ['a tag', () => tagDevice(locked, { ...change, team: there, by: alice, add: ['db'] })],
  ])('stops %s, and tells neither who made it nor why', (_what, work) => {
    expect(refusal(work)).toEqual({
      code: 'not-allowed',
      text: '`web-07` is locked in another workspace until 17:30 UTC (in 2 h). Only people there can lift it.',
    });
  });

  test('is gone by itself when its end has come', () => {
    const wish = { device, team: there, by: bob, now: lock.until, reason: 'mine', until: null };
    expect(lockDevice(locked, wish).item?.lock).toMatchObject({ team: there, by: bob, since: lock.until });
  });
});

describe('tags and owner', () => {
  test('of ours are added and removed, with an event that says which', () => {
    const note = { ...noNote, tags: ['old', 'kept'] };
    const next = tagDevice(note, { ...change, by: alice, add: ['prod', 'kept'], remove: ['old'], owner: bob });
    expect(next?.item).toEqual({ tags: ['kept', 'prod'], owner: { team, user: bob }, lock: null });
    expect(next?.note).toMatchObject({
      type: 'device-tagged',
      detail: { added: ['prod'], removed: ['old'], owner: bob },
    });
    expect(
      tagDevice({ ...note, owner: { team, user: bob } }, { ...change, by: alice, owner: null, ownerBefore: bob })?.item
        ?.owner,
    ).toBeNull();
  });

  test('know an owner by workspace and user: the same id elsewhere is another one', () => {
    const owned = { ...noNote, owner: { team, user: bob } };
    expect(tagDevice(owned, { ...change, by: alice, owner: bob, ownerBefore: bob })).toBeNull();
    const there = { team: 'T02OTHER', ownerBefore: elsewhere };
    const next = tagDevice(owned, { ...change, ...there, by: alice, owner: bob });
    expect(next?.item?.owner).toEqual({ team: 'T02OTHER', user: bob });
  });

  test('an owner is taken from nobody but whom it was asked about', () => {
    const owned = { ...noNote, owner: { team, user: bob } };
    const wish = { ...change, by: alice, owner: alice };
    for (const ownerBefore of [null, 'U03CAROL', elsewhere]) {
      expect(refusal(() => tagDevice(owned, { ...wish, ownerBefore })).text).toContain('another owner just now');
    }
    expect(tagDevice(owned, { ...wish, ownerBefore: bob })?.item?.owner).toEqual({ team, user: alice });
    // Tags alone are not about that.
    expect(tagDevice(owned, { ...change, by: alice, add: ['db'] })?.item?.owner?.user).toBe(bob);
  });

  test('that are so already change nothing', () => {
    expect(tagDevice({ ...noNote, tags: ['prod'] }, { ...change, by: alice, add: ['prod', 'web'] })).toBeNull();
    expect(tagDevice(noNote, { ...change, by: alice, owner: null })).toBeNull();
  });

  test.each([
    [['web'], 'not-allowed', '`web-07` has the tag `web` from its provider (`lab`), so it can be removed only there'],
    [['nope'], 'bad-input', '`web-07` has no tag `nope`. It has `web`, `prod`.'],
    [['prod', 'web'], 'not-allowed', 'Nothing was changed'],
  ])('removing %s is refused', (remove, code, words) => {
    const refused = refusal(() => tagDevice({ ...noNote, tags: ['prod'] }, { ...change, by: alice, remove }));
    expect(refused.code).toBe(code);
    expect(refused.text).toContain(words);
  });

  test('are not without number', () => {
    const add = Array.from({ length: 21 }, (_, index) => `t${index}`);
    expect(refusal(() => tagDevice(noNote, { ...change, by: alice, add })).text).toContain('20 tags');
  });
});

describe('the list of devices', () => {
  const tag = fc.constantFrom('web', 'Web', 'prod', 'db', 'rack-3');

  test('has the tags of the provider and ours, each once, and loses none', () => {
    fc.assert(
      fc.property(fc.uniqueArray(tag), fc.uniqueArray(tag), (theirs, ours) => {
        const inventory = { at: now, devices: [{ ...device, tags: theirs }], problems: [] };
        const notes = new Map([['lab/srv-7', { ...noNote, tags: ours.map((one) => one.toLowerCase()) }]]);
        const tags = withNotes(inventory, notes).devices[0]?.tags ?? [];
        const lower = tags.map((one) => one.toLowerCase());
        const all = [...theirs, ...ours].map((one) => one.toLowerCase());
        return theirs.every((one) => tags.includes(one)) && new Set(all).size === new Set(lower).size;
      }),
    );
  });

  test('leaves other devices alone', () => {
    const other = { ...device, id: 'srv-8' };
    const notes = new Map([['lab/srv-7', { ...noNote, tags: ['prod'] }]]);
    const merged = withNotes({ at: now, devices: [device, other], problems: [] }, notes);
    expect(merged.devices.map((one) => one.tags)).toEqual([['Web', 'prod'], ['Web']]);
  });
});

test('whoever does whatever, a lock of somebody else stays as it is', () => {
  const wishes = fc.record({
    add: fc.subarray(['a', 'b']),
    remove: fc.subarray(['c', 'web']),
    owner: fc.constantFrom(undefined, null, bob),
  });
  fc.assert(
    fc.property(wishes, fc.integer({ min: 0, max: lock.until - now - 1 }), (wish, later) => {
      const at = { device, team, by: bob, now: now + later };
      const tries = [
        () => tagDevice(locked, { ...at, ...wish, ownerBefore: null }),
        () => lockDevice(locked, { ...at, reason: 'x', until: null }),
        () => unlockDevice(locked, { ...at, override: null }),
      ];
      return tries.every((work) => refusal(work).code === 'not-allowed');
    }),
  );
});

test('a freeze holds for everything, or for a tag in upper or lower case', () => {
  const freeze = { tag: null, until: now + hour, reason: 'release', by: alice };
  expect(freezeOn(device, [])).toBeNull();
  expect(freezeOn(device, [{ ...freeze, tag: 'prod' }])).toBeNull();
  expect(freezeOn(device, [{ ...freeze, tag: 'web' }])?.tag).toBe('web');
  expect(freezeOn({ tags: [] }, [{ ...freeze, tag: 'web' }, freeze])?.tag).toBeNull();
});
