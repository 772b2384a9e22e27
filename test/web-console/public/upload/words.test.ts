import { describe, expect, it } from 'vitest';
import { nextPiece, Pace, smallerPiece } from '../../../../web-console/public/upload/pace.ts';
import { leftWords, progressWords, restWords, roomWords } from '../../../../web-console/public/upload/words.ts';
import { BLOCK_BYTES, MOST_CHUNK_BYTES } from '../../../../web-console/upload/contract.ts';

describe('how large the next piece is', () => {
  const MB = 1024 * 1024;

  it.each([
    ['grows on a fast line, step by step', MB, 10, 2 * MB],
    ['stays where it takes as long as it should', MB, 1_500, MB],
    ['shrinks on a slow one, step by step', MB, 60_000, MB / 2],
    ['is whole blocks', 10 * BLOCK_BYTES, 2_200, 6 * BLOCK_BYTES],
    ['is never larger than the server takes', MOST_CHUNK_BYTES, 1, MOST_CHUNK_BYTES],
    ['is never less than a block', BLOCK_BYTES, 60_000, BLOCK_BYTES],
    ['bears a clock that stood still', MB, 0, 2 * MB],
  ])('%s', (_what, bytes, ms, next) => {
    expect(nextPiece(bytes, ms)).toBe(next);
  });

  it('is a quarter after one that did not get there', () => {
    expect(smallerPiece(MB)).toBe(MB / 4);
    expect(smallerPiece(BLOCK_BYTES)).toBe(BLOCK_BYTES);
  });
});

describe('how fast it goes', () => {
  it('is told by what went lately', () => {
    const pace = new Pace();
    expect(pace.speed).toBeNull();
    pace.note(1_000, 1_000);
    expect(pace.speed).toBe(1_000);
    for (let piece = 0; piece < 12; piece += 1) pace.note(5_000, 1_000);
    expect(pace.speed).toBe(5_000);
  });

  it('is told of one long piece, too', () => {
    const pace = new Pace();
    pace.note(60_000, 60_000);
    pace.note(30_000, 15_000);
    expect(pace.speed).toBe(2_000);
  });
});

describe('words', () => {
  const total = 4_500_000_000;

  it.each([
    [{ state: 'asking', sent: 0, speed: null }, '4.5 GB'],
    [{ state: 'sending', sent: 1_940_000_000, speed: 12_300_000 }, '43 % of 4.5 GB · 12.3 MB/s · about 3 minutes left'],
    [{ state: 'sending', sent: total - 1, speed: 12_300_000 }, '99 % of 4.5 GB · 12.3 MB/s · a few seconds left'],
    [{ state: 'paused', sent: 1_940_000_000, speed: null }, '43 % of 4.5 GB'],
    [{ state: 'lost', sent: 0, speed: null }, '0 % of 4.5 GB'],
    [{ state: 'checking', sent: total, speed: null }, 'all 4.5 GB sent'],
  ] as const)('%j', (news, words) => {
    expect(progressWords(news, total)).toBe(words);
  });

  it.each([
    [9, 'a few seconds left'],
    [42, 'about 40 seconds left'],
    [58, 'about a minute left'],
    [89, 'about a minute left'],
    [200, 'about 3 minutes left'],
    [3_400, 'about an hour left'],
    [9_300, 'about 2.5 hours left'],
  ])('%i seconds: %s', (seconds, words) => {
    expect(leftWords(seconds)).toBe(words);
  });

  it('say whether there is room, in figures', () => {
    expect(roomWords(43_000_000, 5_200_000_000)).toEqual({
      may: true,
      text: 'It has 43.0 MB; the server has room for 5.2 GB beside the virtual machine.',
    });
    expect(roomWords(6e9, 5e9)).toMatchObject({ may: false, text: expect.stringContaining('It does not fit') });
  });

  it('say that it goes on when the file is chosen again', () => {
    expect(restWords(43, 100)).toMatch(/^43 % of it is on the server/);
    expect(restWords(null, 100)).toMatch(/stands still/);
  });
});
