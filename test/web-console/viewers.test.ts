import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Notice } from '../../core/contracts/notice.ts';
import { createLogger } from '../../core/log.ts';
import type { CloseReason } from '../../web-console/close-codes.ts';
import type { ConsoleSession } from '../../web-console/console-session.ts';
import { isRefusal } from '../../web-console/refusals.ts';
import { createViewers, RECHECK_MS, type Viewers } from '../../web-console/viewers.ts';
import { anInstall } from '../support/an-install.ts';

const epochs = new Map<string, number>();
let hear: (notice: Notice | null) => void;
let viewers: Viewers;

beforeEach(() => {
  // Time stands still: what happens, happens by the news and not by the next look.
  vi.useFakeTimers();
  epochs.clear();
  viewers = createViewers({
    store: { find: async (id) => anInstall({ id, at: 'attend' }) },
    tickets: { epoch: async (id) => epochs.get(id) ?? 0 },
    signOuts: { has: async () => false },
    changes: {
      listen(listener) {
        hear = listener;
      },
    },
    clock: { now: () => 1_000 },
    log: createLogger('test', 'silent'),
    caps: { perInstall: 9, perPerson: 9, total: 9 },
  });
});
afterEach(() => {
  viewers.close();
  vi.useRealTimers();
});

/** Somebody looks at that install. @returns why they were cut, in order */
async function look(installId: string): Promise<CloseReason[]> {
  const session: ConsoleSession = {
    ...{ installId, slackUser: 'U01ALICE', right: 'control', epoch: 0 },
    ...{ openedAt: 0, endsAt: 1_000_000 },
  };
  const seat = viewers.take(session);
  if (isRefusal(seat)) throw new Error('no seat');
  const closed: CloseReason[] = [];
  seat.sit({ announce: () => undefined, close: (reason) => void closed.push(reason) });
  await vi.advanceTimersByTimeAsync(0);
  return closed;
}

test('the news of a revocation cuts the screens of that install with no time gone by, and no others', async () => {
  const revoked = await look('xe-one');
  const other = await look('xe-two');
  epochs.set('xe-one', 1);
  hear({ installId: 'xe-one', rev: 0 });
  await vi.advanceTimersByTimeAsync(0);
  expect([revoked, other]).toEqual([['revoked'], []]);
});

test('where news may have been lost, all screens are looked at that moment', async () => {
  const revoked = await look('xe-one');
  epochs.set('xe-one', 1);
  hear(null);
  await vi.advanceTimersByTimeAsync(0);
  expect(revoked).toEqual(['revoked']);
});

test('a revocation of which nobody heard is found at the next look', async () => {
  const revoked = await look('xe-one');
  epochs.set('xe-one', 1);
  await vi.advanceTimersByTimeAsync(RECHECK_MS - 1);
  expect(revoked).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(revoked).toEqual(['revoked']);
});
