import { expect, test } from 'vitest';
import { isoCatalogue } from '../../bot/catalogue.ts';
import { addIso, type LibraryIso, retireIso } from '../../bot/iso-library.ts';
import { nextHop } from '../../bot/iso-probe.ts';
import { namedIsos } from '../../bot/named-isos.ts';
import { XepaError } from '../../core/errors.ts';

const team = 'T01TEST';
const digest = 'ab'.repeat(32);
const iso: LibraryIso = {
  url: 'https://m.example/a.iso',
  sha256: digest,
  added: { team, by: 'U01ALICE', at: 1 },
  retired: null,
};
const wish = { name: 'os-1', team, by: 'U02BOB', now: 5, url: iso.url, sha256: digest };

test('an ISO is added with who and when, and the trail says what', () => {
  expect(addIso(null, wish)).toEqual({
    item: { ...iso, added: { team, by: 'U02BOB', at: 5 } },
    note: {
      type: 'iso-added',
      actor: { via: 'slack', id: 'U02BOB' },
      detail: { team, name: 'os-1', url: iso.url, sha256: digest },
    },
  });
  expect(addIso(iso, wish)).toBeNull();
});

test('a name stands for one digest, also when it is retired', () => {
  for (const current of [iso, { ...iso, retired: { team, by: 'U02BOB', at: 3 } }]) {
    const other = { ...wish, sha256: 'cd'.repeat(32) };
    expect(() => addIso(current, other)).toThrow(expect.objectContaining({ code: 'not-allowed' }));
    expect(() => addIso(current, other)).toThrow(XepaError);
  }
});

test('the same content may move to another address, or come back', () => {
  const moved = addIso(iso, { ...wish, url: 'https://n.example/a.iso' });
  expect(moved?.item?.url).toBe('https://n.example/a.iso');
  expect(moved?.note.detail).toMatchObject({ before: { url: iso.url, retired: false } });
  expect(addIso({ ...iso, retired: { team, by: 'U02BOB', at: 3 } }, wish)?.item?.retired).toBeNull();
});

test('an ISO is retired once, and stays', () => {
  const retired = retireIso(iso, wish);
  expect(retired?.item).toEqual({ ...iso, retired: { team, by: 'U02BOB', at: 5 } });
  expect(retireIso(retired?.item ?? null, wish)).toBeNull();
  expect(retireIso(null, wish)).toBeNull();
});

test('the list has the settings first, then the library, the retired last, and says what is hidden', () => {
  const catalogue = isoCatalogue().parse(JSON.stringify({ 'Debian-13': { url: 'https://m.example/d.iso' } }));
  const library = new Map([
    ['a-old', { ...iso, retired: { team, by: 'U02BOB', at: 3 } }],
    ['z-new', iso],
    ['debian-13', iso],
  ]);
  expect(namedIsos(catalogue, library).map(({ name, kept, hidden }) => [name, kept !== null, hidden])).toEqual([
    ['Debian-13', false, false],
    ['debian-13', true, true],
    ['z-new', true, false],
    ['a-old', true, false],
  ]);
});

test.each([
  ['https://m.example/a.iso', '/b.iso', 'https://m.example/b.iso'],
  ['https://m.example/a.iso', 'https://n.example/b.iso', 'https://n.example/b.iso'],
  ['http://m.example/a.iso', 'http://n.example/b.iso', 'http://n.example/b.iso'],
  ['http://m.example/a.iso', 'https://n.example/b.iso', 'https://n.example/b.iso'],
])('a redirect of %s to %s is followed', (from, to, there) => {
  expect(String(nextHop(new URL(from), to))).toBe(there);
});

test.each([
  ['https://m.example/a.iso', 'http://m.example/a.iso', 'redirects to http, where it could be changed'],
  ['https://m.example/a.iso', 'ftp://m.example/a.iso', 'redirects to ftp'],
  ['http://m.example/a.iso', 'file:///etc/passwd', 'redirects to file'],
  ['https://m.example/a.iso', 'https://me:secret@m.example/', 'user name or password'],
  ['https://m.example/a.iso', 'https://', 'what is no address'],
])('a redirect of %s to %s is not', (from, to, words) => {
  const why = nextHop(new URL(from), to);
  expect(why).toEqual(expect.stringContaining(words));
  expect(why).not.toContain('secret');
});
