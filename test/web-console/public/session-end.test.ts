import { describe, expect, it } from 'vitest';
import { type End, EndWarnings, endTitle, isEndingSoon, nextEnd } from '../../../web-console/public/session-end.ts';

const end = (minutes: number, kind: End['kind'] = 'session'): End => ({ kind, leftMs: minutes * 60_000 });

describe('what ends a screen', () => {
  it.each([
    ['the session, where it is the first', 500, 900, { kind: 'session', leftMs: 400 }],
    ['the install’s time at its console, where that is the first', 900, 500, { kind: 'install', leftMs: 400 }],
    ['the session, where nobody knows the other', 500, null, { kind: 'session', leftMs: 400 }],
  ] as const)('is %s', (_what, endsAt, closesAt, expected) => {
    expect(nextEnd({ standing: 'open', endsAt, closesAt }, 100)).toEqual(expected);
  });

  it('is nothing where there is no screen, or it is over', () => {
    expect(nextEnd({ standing: 'ended', endsAt: 500, closesAt: null }, 100)).toBeNull();
    expect(nextEnd({ standing: 'open', endsAt: 500, closesAt: null }, 500)).toBeNull();
  });

  it('is explained by what comes after it', () => {
    expect(endTitle(end(60))).toContain('runs on');
    expect(endTitle(end(60, 'install'))).toContain('fails');
  });
});

describe('the warning before an end', () => {
  it('is told fifteen, five and one minute before, each once', () => {
    const warnings = new EndWarnings();
    const told = [60, 15, 14.9, 10, 5, 4, 1, 0.5].map((left) => warnings.wordsAt(end(left)) !== null);
    expect(told).toEqual([false, true, false, false, true, false, true, false]);
  });

  it('is told once with the time that is left, where somebody comes late', () => {
    const warnings = new EndWarnings();
    expect(warnings.wordsAt(end(4))).toMatch(
      /^Your session ends in 4 min\. The virtual machine runs on; .*“Get console link”\.$/,
    );
    expect(warnings.wordsAt(end(3))).toBeNull();
  });

  it('is told again of an end that has moved away', () => {
    const warnings = new EndWarnings();
    warnings.wordsAt(end(5));
    expect(warnings.wordsAt(end(400))).toBeNull();
    expect(warnings.wordsAt(end(15, 'install'))).toMatch(/^This console closes in 15 min\. .* fails/);
  });

  it.each([
    [15.1, false],
    [15, true],
    [0.1, true],
  ])('with %s minutes left is soon: %s', (left, soon) => {
    expect(isEndingSoon(end(left))).toBe(soon);
  });
});
