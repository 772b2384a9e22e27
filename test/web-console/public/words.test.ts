import { describe, expect, it } from 'vitest';
import type { PageState } from '../../../web-console/page-contract.ts';
import { backoffMs } from '../../../web-console/public/backoff.ts';
import {
  duration,
  endedWords,
  refusalWords,
  turnedAwayWords,
  waitingWords,
} from '../../../web-console/public/words.ts';
import { refuse } from '../../../web-console/refusals.ts';

const state: PageState = {
  install: 'xe-7f3kq2',
  device: 'web-07',
  iso: 'debian-13',
  purpose: 'install',
  who: 'U01ALICE',
  right: 'control',
  recorded: false,
  phase: 'forward',
  standing: 'ended',
  ending: 'boot-metal',
  step: 'handback',
  stepNumber: 12,
  stepCount: 15,
  since: 0,
  why: null,
  progress: null,
  failure: null,
  up: null,
  power: null,
  serialPorts: 2,
  drive: null,
  awaitsDisc: false,
  browserDisc: null,
  endsAt: 0,
  closesAt: null,
  now: 0,
};

it('tell why the server opened no screen, in its own words', () => {
  const words = turnedAwayWords('screenSilent', 'The server presents another SSH host key than before…');
  expect(words.text).toBe('The server presents another SSH host key than before… This page tries again by itself.');
  for (const reason of ['tooMany', 'tooFast', 'screenSilent'] as const) {
    expect(turnedAwayWords(reason, '')).toMatchObject({ title: expect.stringMatching(/\w/), busy: true });
  }
});

describe('the words of an end', () => {
  it.each([
    ['on its way to the metal', {}, 'Booting the metal', true],
    ['after the guest powered off', { ending: 'powered-off' }, 'The installer has finished', true],
    ['done', { phase: 'done' }, 'web-07 runs its new system', false],
    ['done, but silent', { phase: 'done', up: false }, 'web-07 was installed', false],
    ['being undone after a cancellation', { phase: 'undo', ending: 'cancelled' }, 'The install was cancelled', true],
    ['undone after a failure', { phase: 'undone', ending: 'failed', failure: 'No disk' }, 'The install failed', false],
    ['stuck', { phase: 'stuck', ending: 'failed' }, 'Somebody has to help', false],
  ] as const)('fit an install that is %s', (_what, given, title, busy) => {
    const words = endedWords({ ...state, ...given });
    expect(words.title).toBe(title);
    expect(words.busy === true).toBe(busy);
  });

  it.each([
    ['on its way to the metal', {}, 'Booting the metal'],
    ['after the guest powered off', { ending: 'powered-off' }, 'The system has shut down'],
    ['done', { phase: 'done' }, 'web-07 is back'],
    ['done, but silent', { phase: 'done', up: false }, 'web-07 was restarted'],
    ['cancelled', { phase: 'undo', ending: 'cancelled' }, 'The console was cancelled'],
    ['undone after a failure', { phase: 'undone', ending: 'failed' }, 'The console failed'],
  ] as const)('say nothing of an install where there was none: %s', (_what, given, title) => {
    const words = endedWords({ ...state, purpose: 'console', iso: 'Installed system', ...given });
    expect(words.title).toBe(title);
    expect(`${words.title} ${words.text}`).not.toMatch(/\binstall(er)?\b/i);
  });

  it('tell why it failed, as a whole sentence', () => {
    const words = endedWords({ ...state, phase: 'undone', ending: 'failed', failure: 'The ISO has no boot record' });
    expect(words.text).toContain('The ISO has no boot record. XEPA has put web-07 back.');
  });
});

describe('other words', () => {
  it('say what the page waits for', () => {
    const words = waitingWords({ ...state, standing: 'waiting', step: 'media', stepNumber: 7, why: '40 % fetched' });
    expect(words.text).toBe('Step 7 of 15: fetching the ISO. 40 % fetched. This page connects by itself.');
  });

  it('keep the server’s own message under a title for each kind of refusal', () => {
    for (const code of ['used-link', 'expired-link', 'bad-link', 'revoked', 'session-over', 'no-session'] as const) {
      const words = refusalWords(code, refuse(code).message);
      expect(words.title).not.toBe('This did not work');
      expect(words.text).toContain('Ask for a new link in Slack');
    }
  });

  it.each([
    [-5, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_660_000, '1 h 01 min'],
  ])('write %i ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

describe('the back-off', () => {
  it('doubles from half a second to eight, with a quarter at random', () => {
    expect([0, 1, 2, 3, 4, 5, 50].map((tries) => backoffMs(tries, 1))).toEqual([
      500, 1000, 2000, 4000, 8000, 8000, 8000,
    ]);
    expect(backoffMs(4, 0)).toBe(6_000);
  });
});
