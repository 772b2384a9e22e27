import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commaList, integer, parseEnv, webUrl } from '../../core/env.ts';

const schema = z.object({
  URL: webUrl(),
  PORT: integer({ min: 1, max: 65_535, default: 80 }),
  NAMES: commaList(),
  TOKEN: z.string({ error: 'is required: the token' }),
});
const good = { URL: 'https://xepa.example.org', TOKEN: 't' };

function complaintOf(source: Record<string, string | undefined>): string {
  try {
    parseEnv(schema, source);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  throw new Error('it was accepted');
}

describe('parseEnv', () => {
  it('lists every bad variable at once, a line each, with what to do', () => {
    const lines = complaintOf({ URL: 'ftp://x', PORT: '0', NAMES: 'a' }).split('\n');
    expect(lines.slice(1, -1)).toEqual([
      '  URL: must be an http(s) URL',
      '  PORT: must be a whole number from 1 to 65535',
      '  TOKEN: is required: the token',
    ]);
    expect(lines.at(-1)).toContain('README');
  });

  it('takes an empty value as not set', () => {
    expect(parseEnv(schema, { ...good, PORT: '' })).toMatchObject({ PORT: 80 });
    expect(complaintOf({ ...good, TOKEN: '' })).toContain('TOKEN: is required: the token');
  });

  it('never repeats the value, which may be a secret', () => {
    expect(complaintOf({ ...good, URL: 'hunter2' })).not.toContain('hunter2');
  });

  it('is a bad-config that people may read', () => {
    expect(() => parseEnv(schema, {})).toThrow(expect.objectContaining({ code: 'bad-config' }));
  });
});

describe('integer', () => {
  it.each(['0', '65536', '-1', '1.5', '0x10', '1e3', ' 7', '99999999999999999999', 'NaN'])('refuses %s', (text) => {
    expect(complaintOf({ ...good, PORT: text })).toContain('PORT: must be a whole number from 1 to 65535');
  });

  it('takes its limits', () => {
    expect(parseEnv(schema, { ...good, PORT: '1' }).PORT).toBe(1);
    expect(parseEnv(schema, { ...good, PORT: '65535' }).PORT).toBe(65_535);
  });
});

describe('commaList', () => {
  it('trims and leaves out what is empty', () => {
    expect(parseEnv(schema, { ...good, NAMES: ' a, b ,,c,' }).NAMES).toEqual(['a', 'b', 'c']);
    expect(parseEnv(schema, good).NAMES).toEqual([]);
  });
});

describe('webUrl', () => {
  it('says that a missing one is required, and shows one', () => {
    expect(complaintOf({ TOKEN: 't' })).toContain('URL: is required: an http(s) URL, for example https://');
  });

  it('has no slash at its end', () => {
    expect(parseEnv(schema, { ...good, URL: 'http://h:1/p//' }).URL).toBe('http://h:1/p');
  });
});
