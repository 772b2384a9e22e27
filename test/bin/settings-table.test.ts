import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fillParts } from '../../bin/docs/generated.ts';
import { settingsTable } from '../../bin/docs/settings-table.ts';
import { commaList, integer } from '../../core/env.ts';

function rowsOf(table: string): string[][] {
  return table
    .split('\n')
    .slice(2)
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
}

describe('the configuration table', () => {
  test('shows what must be set, what has a default and what may stay unset', () => {
    const shape = {
      SECRET: z.string().describe('must be set'),
      PORT: integer({ min: 1, max: 9, default: 3 }).describe('a port'),
      TAGS: commaList().describe('a list'),
      MODES: commaList().prefault('a,b').describe('a list with a default'),
      URL: z.string().optional().describe('may stay unset'),
    };
    expect(rowsOf(settingsTable([{ process: 'bot', shape }]))).toEqual([
      ['`SECRET`', '**required**', 'must be set', 'all'],
      ['`PORT`', '`3`', 'a port', 'all'],
      ['`TAGS`', '–', 'a list', 'all'],
      ['`MODES`', '`a,b`', 'a list with a default', 'all'],
      ['`URL`', '–', 'may stay unset', 'all'],
    ]);
  });

  test('has one row for a setting that several processes read', () => {
    const shape = { LEVEL: z.string().default('info').describe('how much is logged') };
    const other = { BIND: z.string().default('::').describe('address') };
    const table = settingsTable([
      { process: 'bot', shape: { ...shape, ...other } },
      { process: 'worker', shape },
    ]);
    expect(rowsOf(table)).toEqual([
      ['`LEVEL`', '`info`', 'how much is logged', 'all'],
      ['`BIND`', '`::`', 'address', 'bot'],
    ]);
  });

  test('keeps both sentences when two processes use a setting for different things', () => {
    const say = (text: string) => ({ BIND: z.string().default('::').describe(text) });
    const table = settingsTable([
      { process: 'bot', shape: say('address of the bot') },
      { process: 'worker', shape: say('address of health') },
    ]);
    expect(rowsOf(table)[0]?.[2]).toBe('address of the bot; worker: address of health');
  });

  test('refuses a setting without a description, and one with two defaults', () => {
    expect(() => settingsTable([{ process: 'bot', shape: { A: z.string() } }])).toThrow('A has no description');
    const bind = (value: string) => ({ BIND: z.string().default(value).describe('address') });
    const groups = [
      { process: 'bot', shape: bind('::') },
      { process: 'worker', shape: bind('0.0.0.0') },
    ];
    expect(() => settingsTable(groups)).toThrow('BIND has two defaults');
  });
});

describe('filling in the generated parts of a text', () => {
  const text = 'before\n<!-- steps -->\nold\n<!-- /steps -->\nafter\n';

  test('replaces what is between the markers and nothing else', () => {
    const filled = fillParts(text, { steps: 'new $& line' });
    expect(filled).toBe('before\n<!-- steps -->\nnew $& line\n<!-- /steps -->\nafter\n');
    expect(fillParts(filled, { steps: 'new $& line' })).toBe(filled);
  });

  test.each([
    ['no markers', 'nothing here'],
    ['an opening marker only', '<!-- steps -->'],
    ['markers twice', text + text],
  ])('refuses a text with %s', (_what, bad) => {
    expect(() => fillParts(bad, { steps: 'x' })).toThrow('exactly once');
  });
});
