import { describe, expect, it } from 'vitest';
import type { BrowserDiscView } from '../../../../web-console/browser-disc/disc-contract.ts';
import {
  fromWords,
  newsWords,
  overWords,
  readWords,
  serveQuestion,
  serveVerdict,
} from '../../../../web-console/public/browser-disc/disc-words.ts';
import { Rate } from '../../../../web-console/public/browser-disc/rate.ts';
import { stripOf } from '../../../../web-console/public/browser-disc/strip-of.ts';

const disc: BrowserDiscView = {
  ...{ n: 1, name: 'rescue.iso', bytes: 6_400_000_000, by: 'Bob', mine: true, key: 'ab', verdict: 'accepted' },
  ...{ why: null, live: true, read: 12_000_000 },
};
const stands = { line: 'open', changed: false, inDrive: true, why: '', perSecond: 1_200_000 } as const;
const theirs = { ...disc, mine: false };

describe('the strip', () => {
  it('says that all is well, how much was read and how fast', () => {
    expect(stripOf(disc, stands)).toEqual({
      name: 'rescue.iso',
      words: 'In the drive, read from this computer. Keep this tab open.',
      count: '12.0 MB of 6.4 GB read · 1.2 MB/s',
      tone: 'good',
      insert: false,
      choose: false,
    });
  });

  it.each([
    ['out of the drive', { inDrive: false }, { insert: true, tone: 'good' }, /not in the drive/],
    ['a line that is lost', { line: 'lost' as const }, { insert: false, tone: 'warm' }, /Reconnecting/],
    ['a line that is refused', { line: 'lost' as const, why: 'No.' }, { tone: 'warm' }, /^It is not served\. No\./],
    ['a page that was reloaded', { line: null }, { choose: true, insert: false, tone: 'warm' }, /Choose the same one/],
    ['a file that has changed', { changed: true }, { choose: true, insert: false, tone: 'warm' }, /has changed/],
  ])('says what is the matter: %s', (_what, now, buttons, words) => {
    expect(stripOf(disc, { ...stands, ...now })).toMatchObject({ ...buttons, words: expect.stringMatching(words) });
  });

  it('waits for the word of the bot', () => {
    const strip = stripOf({ ...disc, verdict: 'asked', read: null }, { ...stands, line: null });
    expect(strip).toMatchObject({ words: 'Asking whether it may be served…', count: '', choose: false, tone: 'quiet' });
  });
});

describe('who looks on', () => {
  it('is told when it begins, when its page goes, and when it is back', () => {
    expect(newsWords(null, theirs)?.text).toBe('The computer of Bob serves rescue.iso.');
    expect(newsWords(theirs, { ...theirs, live: false })).toMatchObject({ kind: 'warning' });
    expect(newsWords({ ...theirs, live: false }, theirs)).toMatchObject({ kind: 'notice' });
  });

  it.each([
    ['nothing is new', theirs, theirs],
    ['it is their own', null, disc],
    ['it is not allowed yet', null, { ...theirs, verdict: 'asked' as const }],
    ['it never began', null, { ...theirs, live: false }],
    ['it is over', theirs, null],
  ])('is not told anything where %s', (_what, before, now) => {
    expect(newsWords(before, now)).toBeNull();
  });

  it('sees in the menu where it comes from', () => {
    expect(fromWords(theirs)).toBe('on the computer of Bob, 12.0 MB of 6.4 GB read');
    expect(fromWords({ ...theirs, live: false })).toBe('on the computer of Bob, which is away');
    expect(fromWords({ ...disc, read: null })).toBe('on your computer');
  });
});

it('is asked about with what it takes', () => {
  const { title, text } = serveQuestion({ name: 'rescue.iso', size: 6_400_000_000 }, 'web-07');
  expect(title).toBe('Serve rescue.iso from this computer?');
  expect(text).toContain('Of its 6.4 GB only what the system reads travels.');
});

it('takes a file of any size but none', () => {
  expect(serveVerdict(0).may).toBe(false);
  expect(serveVerdict(6_400_000_000)).toEqual({ may: true, text: 'It has 6.4 GB, and takes no room on the server.' });
});

it('says why it is over where that is not plain', () => {
  expect(overWords('a.iso', 'discTaken')).toBe('Another tab of yours serves a.iso now.');
  expect(overWords('a.iso', 'discOver')).toBeNull();
});

it('knows how fast it goes over the last seconds, and begins anew with another disc', () => {
  const rate = new Rate();
  expect(rate.see(0, 0)).toBeNull();
  expect(rate.see(1_000, 1_000)).toBe(1_000);
  for (let second = 2; second <= 20; second += 1) rate.see(1_000, second * 1_000);
  expect(rate.see(1_000, 21_000)).toBe(0);
  expect(rate.see(50, 22_000)).toBeNull();
  expect(readWords(null, 10, null)).toBe('');
});
