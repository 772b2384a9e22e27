import { expect, it } from 'vitest';
import { isoChecks } from '../../../core/doctor/isos.ts';

const url = 'https://example.org/a.iso';
const names = (catalogue: Parameters<typeof isoChecks>[0]) => isoChecks(catalogue).map(({ name }) => name);

it('asks for each ISO and for each of its mirrors, and not for hundreds', () => {
  const mirrors = ['https://b.example.net/a.iso', 'https://c.example.net/a.iso'];
  expect(names([{ name: 'os', url, mirrors }])).toEqual(['os', 'os, mirror 1', 'os, mirror 2']);
  const many = Array.from({ length: 15 }, (_, index) => ({ name: `os-${index}`, url, mirrors: mirrors.slice(1) }));
  expect([names(many).length, names(many).at(-1)]).toEqual([21, 'more']);
});
