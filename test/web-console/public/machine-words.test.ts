import { describe, expect, it } from 'vitest';
import {
  doneWords,
  driveWords,
  fetchedWords,
  fetchWords,
  forceQuestion,
  questionBefore,
} from '../../../web-console/public/machine-words.ts';
import { nextIndex } from '../../../web-console/public/menu-keys.ts';

describe('what is asked before the power is touched', () => {
  it.each(['pause', 'resume', 'on'] as const)('is nothing before %s', (action) => {
    expect(questionBefore(action, 'web-07')).toBeNull();
  });

  it.each(['reset', 'boot-disk', 'boot-cd', 'installer', 'off'] as const)(
    'is marked as dangerous before %s',
    (action) => {
      expect(questionBefore(action, 'web-07')?.danger).toBe(true);
    },
  );

  it('is the name of the device before it is forced off, and of nothing else', () => {
    expect(questionBefore('off', 'web-07')?.typed).toBe('web-07');
    expect(questionBefore('reset', 'web-07')?.typed).toBeUndefined();
  });

  it('says before a shutdown that it ends the install', () => {
    expect(questionBefore('acpi-shutdown', 'web-07')?.text).toContain('boots web-07 from its own disk');
  });
});

describe('the drive in words', () => {
  it.each([
    [null, 'The drive cannot be seen right now.'],
    [{ trayOpen: true, held: false, disc: null }, 'The drive is open and empty.'],
    [{ trayOpen: false, held: false, disc: null }, 'The drive is empty.'],
    [{ trayOpen: false, held: false, disc: 'debian-13' }, 'debian-13 is in the drive.'],
    [{ trayOpen: false, held: true, disc: 'debian-13' }, 'debian-13 is in the drive, held by the system.'],
    [{ trayOpen: true, held: true, disc: 'debian-13' }, 'The drive is open, with debian-13 in it.'],
  ])('%j', (drive, words) => {
    expect(driveWords(drive)).toBe(words);
  });

  it('names the disc that went in, and repeats why force is needed', () => {
    const view = { power: 'running', drive: { trayOpen: false, held: false, disc: 'drivers' }, discs: [] } as const;
    expect(doneWords('insert', { ...view, discs: [] })).toContain('drivers is in the drive');
    expect(forceQuestion('It holds it.').text).toMatch(/^It holds it\. By force/);
  });
});

describe('another ISO in words', () => {
  const fetch = { name: 'drivers.iso', done: null, total: null, why: null, upload: null };
  const mb = 1024 * 1024;

  it.each([
    [{ state: 'asked' }, 'drivers.iso: asking whether it may be fetched…'],
    [{ state: 'waiting' }, 'drivers.iso: waiting for the server to begin…'],
    [{ state: 'fetching' }, 'drivers.iso: fetching…'],
    [{ state: 'fetching', done: 12 * mb }, 'drivers.iso: 12 MB'],
    [{ state: 'fetching', done: 999 * mb, total: 4_608 * mb }, 'drivers.iso: 999 MB of 4.5 GB'],
    [{ state: 'ready' }, null],
    [{ state: 'refused' }, null],
  ] as const)('%j', (given, words) => {
    expect(fetchWords({ ...fetch, ...given })).toBe(words);
  });

  it.each([
    [{ state: 'asked' }, 'drivers.iso: asking whether it may be uploaded…'],
    [{ state: 'uploading' }, 'Bob uploads drivers.iso; nothing comes at the moment.'],
    [{ state: 'uploading', done: 435, total: 1000 }, 'Bob uploads drivers.iso: 43 % of 1.0 kB'],
    [{ state: 'checking' }, 'drivers.iso: the server checks what arrived…'],
  ] as const)('from somebody’s computer: %j', (given, words) => {
    expect(fetchWords({ ...fetch, upload: { n: 1, mine: false, by: 'Bob' }, ...given })).toBe(words);
  });

  it('says how it ended: as news, or as a warning with the reason', () => {
    expect(fetchedWords({ ...fetch, state: 'ready' }).kind).toBe('notice');
    expect(fetchedWords({ ...fetch, state: 'failed', why: 'It is not there.' })).toEqual({
      kind: 'warning',
      text: 'drivers.iso was not fetched. It is not there.',
    });
  });
});

it.each([
  ['ArrowDown', 0, 1],
  ['ArrowDown', 2, 0],
  ['ArrowDown', -1, 0],
  ['ArrowUp', 0, 2],
  ['ArrowUp', -1, 2],
  ['Home', 2, 0],
  ['End', 0, 2],
  ['a', 0, null],
])('%s leads a menu of three from %i to %s', (key, at, next) => {
  expect(nextIndex(key, { at, of: 3 })).toBe(next);
});
