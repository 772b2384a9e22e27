import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = new URL('../../../web-console/public/', import.meta.url);
const css = (file: string) => readFileSync(new URL(file, folder), 'utf8');

type Scheme = 'light' | 'dark';
/** Each custom property of the palette, as the style sheet has it. */
const palette = new Map(
  [...css('base.css').matchAll(/^ {2}--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);$/gm)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }] as const,
  ),
);

function colour(name: string, scheme: Scheme): string {
  const found = palette.get(name)?.[scheme];
  if (found === undefined) throw new Error(`the palette has no --${name}`);
  return found;
}

/** Relative luminance of WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** Letters on grounds, as the style sheets put them together: WCAG 1.4.3, level AA. */
const letters: [ink: string, ...grounds: string[]][] = [
  ['ink', 'ground', 'surface', 'raised'],
  ['quiet', 'ground', 'surface', 'raised'],
  ['accent', 'surface', 'raised'],
  ['danger', 'surface', 'raised'],
  ['warm', 'surface', 'raised'],
  ['on-accent', 'accent'],
];
/** The dot of the line, ticks, and the frame of what has the focus: 1.4.11. */
const signs: [sign: string, ...grounds: string[]][] = [
  ['good', 'surface', 'raised'],
  ['warm', 'surface'],
  ['danger', 'surface'],
  ['quiet', 'surface'],
  ['accent', 'ground', 'surface', 'raised'],
];
const pairs = (table: [string, ...string[]][]) =>
  (['light', 'dark'] as const).flatMap((scheme) =>
    table.flatMap(([front, ...grounds]) => grounds.map((ground) => [scheme, front, ground] as const)),
  );

describe('the palette', () => {
  it('is the one that the style sheets use', () => {
    const used = ['bars', 'room', 'panels', 'custody', 'keys/keys', 'passkey', 'serial', 'base']
      .flatMap((file) => [...css(`${file}.css`).matchAll(/var\(--([\w-]+)\)/g)])
      .map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(palette.keys()));
  });

  it('is measured as WCAG does it', () => {
    expect(contrast('#ffffff', '#000000')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });

  it.each(pairs(letters))('%s: letters in %s can be read on %s', (scheme, front, ground) => {
    expect(contrast(colour(front, scheme), colour(ground, scheme))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(pairs(signs))('%s: a sign in %s is seen on %s', (scheme, front, ground) => {
    expect(contrast(colour(front, scheme), colour(ground, scheme))).toBeGreaterThanOrEqual(3);
  });

  it('beside the terminal is dark in both schemes, and can be read', () => {
    const [bar, quiet, button, ink] = ['#0c1017', '#94a1b4', '#181d26', '#e7ecf3'];
    for (const one of [bar, quiet, button, ink]) expect(css('serial.css')).toContain(one);
    expect(contrast(quiet, bar)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(ink, button)).toBeGreaterThanOrEqual(4.5);
  });
});
