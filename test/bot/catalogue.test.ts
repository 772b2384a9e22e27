import { describe, expect, test } from 'vitest';
import { isoCatalogue, isoPrefixes, resolveIso } from '../../bot/catalogue.ts';
import type { LibraryIso, LibraryIsos } from '../../bot/iso-library.ts';
import { XepaError } from '../../core/errors.ts';

const digest = 'AB'.repeat(32);
const catalogue = isoCatalogue().parse(
  JSON.stringify({
    'debian-13': { url: 'https://m.example/d.iso', sha256: digest },
    plain: { url: 'http://m.example/p.iso' },
  }),
);
const added = { team: 'T01TEST', by: 'U02BOB', at: Date.UTC(2026, 10, 3, 9, 12) };
const kept = { url: 'https://l.example/os.iso', sha256: 'cd'.repeat(32), added, retired: null };
const library: LibraryIsos = new Map<string, LibraryIso>([
  ['talos-1.9', kept],
  ['talos-1.8', { ...kept, retired: added }],
  ['debian-13', kept],
  ['old-mirror', { ...kept, url: 'http://l.example/os.iso' }],
]);

function complaint(iso: string, options: { sha256?: string; allow?: string[] } = {}): string {
  try {
    resolveIso({ iso, sha256: options.sha256 }, { catalogue, library, allow: options.allow ?? [] });
  } catch (err) {
    if (err instanceof XepaError) return err.userMessage;
    throw err;
  }
  throw new Error(`${iso} was accepted`);
}

describe('an ISO', () => {
  test('of the catalogue comes with its pinned digest', () => {
    const iso = resolveIso({ iso: 'debian-13' }, { catalogue, library, allow: ['https://elsewhere.example/'] });
    expect(iso).toEqual({ url: 'https://m.example/d.iso', name: 'debian-13', sha256: digest.toLowerCase() });
  });

  test('of the library comes with the digest it was added with', () => {
    const iso = resolveIso({ iso: 'Talos-1.9' }, { catalogue, library, allow: [] });
    expect(iso).toEqual({ url: 'https://l.example/os.iso', name: 'talos-1.9', sha256: 'cd'.repeat(32) });
  });

  test('by https URL is named after its file', () => {
    const iso = resolveIso(
      { iso: 'https://m.example/x/os-1.2.iso', sha256: digest },
      { catalogue, library, allow: [] },
    );
    expect(iso).toEqual({ url: 'https://m.example/x/os-1.2.iso', name: 'os-1.2.iso', sha256: digest.toLowerCase() });
  });

  test.each([
    ['debian-31', {}, 'Did you mean `debian-13`'],
    ['Debian-13', {}, 'Did you mean `debian-13`'],
    ['talos-1.8', {}, 'was retired by <@U02BOB> on 2026-11-03 09:12 UTC'],
    ['talos-1.7', {}, 'Did you mean `talos-1.9`'],
    ['talos-1.9', { sha256: 'ab'.repeat(32) }, 'pinned to another'],
    ['talos-1.9', { allow: ['https://elsewhere.example/'] }, 'may come only from'],
    ['old-mirror', {}, 'is not https'],
    ['http://m.example/a.iso', {}, 'is not https'],
    ['ftp://m.example/a.iso', {}, 'not a web address'],
    ['https://me:pw@m.example/a.iso', {}, 'user name or password'],
    ['https://m.example/a.iso', { sha256: 'zz' }, '64 hexadecimal digits'],
    ['debian-13', { sha256: 'cd'.repeat(32) }, 'pinned to another'],
    ['https://m.example.evil.example/a.iso', { allow: ['https://m.example'] }, 'may come only from'],
    ['https://m.example/isolated/a.iso', { allow: ['https://m.example/iso'] }, 'may come only from'],
    ['https://m.example/iso/../a.iso', { allow: ['https://m.example/iso/'] }, 'may come only from'],
    ['https://m.example/iso/..%2fa.iso', { allow: ['https://m.example/iso/'] }, 'may come only from'],
    ['https://m.example/iso/%2e%2e/a.iso', { allow: ['https://m.example/iso/'] }, 'may come only from'],
  ])('%s is refused', (iso, options, words) => {
    expect(complaint(iso, options)).toContain(words);
  });

  test('may come by http from where the operator allows it', () => {
    const allow = isoPrefixes().parse('http://m.example/iso, https://n.example/');
    expect(resolveIso({ iso: 'http://m.example/iso/a.iso' }, { catalogue, library, allow }).url).toBe(
      'http://m.example/iso/a.iso',
    );
  });
});

test.each(['nonsense', '[]', '{"a":{"url":"file:///etc/passwd"}}', '{"a":{"url":"https://x/","sha256":"1"}}'])(
  'a catalogue of %s is refused with an example',
  (text) => {
    const result = isoCatalogue().safeParse(text);
    expect(result.error?.issues[0]?.message).toContain('{"debian-13"');
  },
);

test.each(['ftp://bob:hunter2@h/x.iso', 'https://bob:hunter2@h/x.iso', 'http://bob@h/x.iso'])(
  'a password in %s is refused and never repeated',
  (iso) => {
    expect(complaint(iso)).toContain('user name or password');
    expect(complaint(iso)).not.toContain('hunter2');
  },
);
