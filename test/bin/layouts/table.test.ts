import { describe, expect, it } from 'vitest';
import { characterOf } from '../../../bin/layouts/keysyms.ts';
import { layoutsSource } from '../../../bin/layouts/source.ts';
import { readVariant } from '../../../bin/layouts/symbols.ts';
import { keyNames, tableOf } from '../../../bin/layouts/table.ts';
import { wantedLayouts } from '../../../bin/layouts/wanted.ts';
import { layouts } from '../../../web-console/public/keys/layouts.ts';
import { typingKeys } from '../../../web-console/public/keys/physical.ts';

const files: Record<string, string> = {
  latin: `
    // key <AD01> { [ x ] };
    default partial xkb_symbols "basic" {
      key <AD01> { [ q, Q, at, Greek_OMEGA ] };
      key <AD03> { [ e, E, e, E ] };
    };`,
  xx: `
    partial alphanumeric_keys
    xkb_symbols "other" {
      include "xx(basic)+latin"
      key <TLDE> { [ asciicircum ] };
    };
    default partial alphanumeric_keys
    xkb_symbols "basic" {
      include "latin"
      name[Group1]="Xx";
      key <TLDE> { [ dead_circumflex, degree, U2032 ] };
      key <AE11> {type[Group1]="FOUR_LEVEL", symbols[Group1]=
                    [ssharp, question, backslash, questiondown]};
      key <AD03> { [ NoSymbol, NoSymbol, EuroSign ] };
      key <AD11> { [ udiaeresis, Udiaeresis, dead_diaeresis ] };
      key <AC01> { [ a, A, aogonek, Aogonek ] };
      include "level3(ralt_switch)"
    };`,
};
const read = (file: string) => files[file] ?? '';
const at = (row: string | undefined, key: string) => [...(row ?? '')][keyNames.indexOf(key)];

describe('the reader of xkb symbols', () => {
  it('takes the default variant, what it includes, and a list behind a type', () => {
    const keys = readVariant(read, 'xx');
    expect(keys.get('AD01')).toEqual(['q', 'Q', 'at', 'Greek_OMEGA']);
    expect(keys.get('AE11')).toEqual(['ssharp', 'question', 'backslash', 'questiondown']);
    expect(keys.get('AD03')).toEqual(['e', 'E', 'EuroSign', 'E']);
  });

  it('lets the later one win, level by level', () => {
    expect(readVariant(read, 'xx(other)').get('TLDE')).toEqual(['asciicircum', 'degree', 'U2032']);
  });

  it('knows when there is no such variant', () => {
    expect(() => readVariant(read, 'xx(none)')).toThrow('xx has no variant none');
  });
});

describe('a table', () => {
  const rows = tableOf(read, { id: 'xx', title: 'Xx', variant: 'xx' });

  it('has what every system has, and a dead key as its accent', () => {
    expect([at(rows[0], 'TLDE'), at(rows[1], 'TLDE'), at(rows[0], 'AD11')]).toEqual(['\u0302', '°', 'ü']);
    expect([at(rows[2], 'AD01'), at(rows[2], 'AE11'), at(rows[2], 'AD03')]).toEqual(['@', '\\', '€']);
    expect(at(rows[0], 'LSGT')).toBe('<');
  });

  it('leaves out what only X11 has behind AltGr', () => {
    expect([at(rows[2], 'TLDE'), at(rows[2], 'AD11'), at(rows[3], 'AE11'), at(rows[2], 'AC01')]).toEqual(
      Array(4).fill(' '),
    );
  });

  it('has the letters of a language that keeps them behind AltGr', () => {
    const polish = tableOf(read, { id: 'xx', title: 'Xx', variant: 'xx', altGrLetters: true });
    expect([at(polish[2], 'AC01'), at(polish[3], 'AC01')]).toEqual(['ą', 'Ą']);
  });

  it('has its keys in the order of the page', () => {
    expect(keyNames).toHaveLength(typingKeys.length);
    const [us] = layouts;
    expect(at(us?.rows[0], 'AD01')).toBe('q');
    expect([...(us?.rows[0] ?? '')][typingKeys.indexOf('KeyQ')]).toBe('q');
  });
});

describe('the file of layouts', () => {
  it('has every wanted layout, us first', () => {
    expect(layouts.map(({ id, title }) => ({ id, title }))).toEqual(
      wantedLayouts.map(({ id, title }) => ({ id, title })),
    );
    expect(layouts[0]?.id).toBe('us');
  });

  it('is written in escapes where an accent would stand on a quote', () => {
    const text = layoutsSource((file) => (file === 'latin' ? read('latin') : anyFile(file)));
    expect(text).toContain("'\\u0302");
    expect(text).not.toMatch(/[\u0300-\u036f]/);
  });

  it('knows keysyms by rule, by number and by name', () => {
    expect(
      ['eacute', 'Ccedilla', 'U20AC', 'EuroSign', 'dead_tilde', 'a', 'Zcaron', 'dead_hook', 'VoidSymbol'].map(
        characterOf,
      ),
    ).toEqual(['é', 'Ç', '€', '€', '\u0303', 'a', 'Ž', undefined, undefined]);
  });
});

/** A file with every variant that is wanted of it, all alike. */
function anyFile(file: string): string {
  const variants = wantedLayouts.filter(({ variant }) => variant.startsWith(`${file}(`));
  return variants
    .map(({ variant }) => `xkb_symbols "${/\((.*)\)/.exec(variant)?.[1]}" { key <TLDE> { [ dead_circumflex ] }; };`)
    .join('\n');
}
