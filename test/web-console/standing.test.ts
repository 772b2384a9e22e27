import { describe, expect, it } from 'vitest';
import { judge, standingOf } from '../../web-console/standing.ts';
import { alice, anInstallAt } from '../support/an-install.ts';

const cancel = { by: alice, at: 1 };
const decision = { kind: 'boot-metal' as const, by: alice, at: 1 };

describe('the standing of an install', () => {
  it.each([
    ['waits for approval', anInstallAt('reserve', { phase: 'approval' }), 'waiting'],
    ['fetches its ISO', anInstallAt('media'), 'waiting'],
    ['opens its screen', anInstallAt('console'), 'waiting'],
    ['runs its installer', anInstallAt('attend'), 'open'],
    ['was told to boot the metal', anInstallAt('attend', { decision }), 'ended'],
    ['was cancelled before its console', anInstallAt('media', { cancel }), 'ended'],
    ['was cancelled at its console', anInstallAt('attend', { cancel }), 'ended'],
    ['hands the hardware back', anInstallAt('handback'), 'ended'],
    ['is undone', anInstallAt('media', { phase: 'undo' }), 'ended'],
    ['is done', anInstallAt('release', { phase: 'done' }), 'ended'],
    ['is stuck', anInstallAt('attend', { phase: 'stuck' }), 'ended'],
  ])('of one that %s', (_what, record, expected) => {
    expect(standingOf(record)).toBe(expected);
  });
});

describe('the verdict on a session', () => {
  const who = { installId: 'xe-7f3kq2', slackUser: 'U01ALICE', right: 'control' as const };
  const session = { ...who, epoch: 1, openedAt: 0, endsAt: 1_000 };
  const open = anInstallAt('attend');
  const ended = anInstallAt('handback');
  const closed = (epoch: number) => ({ ...ended, console: { now: [], revoked: { by: alice, at: 1, epoch } } });

  it.each([
    ['good while the console is open', { record: open, epoch: 1, now: 999 }, 'good'],
    ['over at its end, to the millisecond', { record: open, epoch: 1, now: 1_000 }, 'session-over'],
    ['revoked once the epoch rose', { record: open, epoch: 2, now: 0 }, 'revoked'],
    ['ended when the install left its console', { record: ended, epoch: 1, now: 0 }, 'ended'],
    ['ended rather than revoked, because an undo revokes as well', { record: ended, epoch: 2, now: 0 }, 'ended'],
    ['revoked for good where somebody closed it before the end', { record: closed(1), epoch: 3, now: 0 }, 'revoked'],
    ['ended where it was opened after that', { record: closed(0), epoch: 2, now: 0 }, 'ended'],
  ])('is %s', (_what, seen, expected) => {
    expect(judge(session, seen)).toBe(expected);
  });
});
