import { expect, test } from 'vitest';
import { clock, spoken, stateWords } from '../../../../web-console/public/player/words.ts';

test.each([
  [0, '0:00', '0 seconds'],
  [999, '0:00', '0 seconds'],
  [61_000, '1:01', '1 minute 1 second'],
  [3_600_000, '1:00:00', '1 hour'],
  [7_384_900, '2:03:04', '2 hours 3 minutes 4 seconds'],
])('%i ms are %s, and heard as %s', (ms, shown, heard) => {
  expect([clock(ms), spoken(ms)]).toEqual([shown, heard]);
});

test.each([
  [{ spoilt: false, goesOn: false, end: 'left' }, null],
  [{ spoilt: true, goesOn: true, end: null }, 'Damaged'],
  [{ spoilt: false, goesOn: true, end: null }, 'Still being recorded'],
  [{ spoilt: false, goesOn: false, end: null }, 'Ends early'],
])('%j is told', (view, words) => {
  if (words === null) expect(stateWords(view)).toBeNull();
  else expect(stateWords(view)).toContain(words);
});
