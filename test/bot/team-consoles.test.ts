import { beforeEach, describe, expect, test } from 'vitest';
import { closeUnserved, staysClosed } from '../../bot/team-consoles.ts';
import type { AuditEvent } from '../../core/contracts/audit-event.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { InstallStore } from '../../core/install-store.ts';
import { createLogger } from '../../core/log.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { createMemoryInstallStore } from '../fakes/memory-install-store.ts';
import { anInstall, anInstallAt } from '../support/an-install.ts';

const note = { type: 'test', actor: { via: 'system' as const, id: 'test' }, detail: {} };
const served = 'T01HERE';
let store: InstallStore;
let revoked: string[];

beforeEach(() => {
  store = createMemoryInstallStore(new FakeClock(1_000));
  revoked = [];
});

async function put(id: string, team: string, given: InstallRecord = anInstallAt('attend')): Promise<void> {
  await store.create({ ...given, id, slack: { team, channel: 'C01' } }, note);
}

/** A start of a bot that serves one workspace, and cannot read the token of another one. */
const start = () =>
  closeUnserved({
    ...{ store, at: 5_000, log: createLogger('test', 'silent') },
    tickets: { epoch: async () => 2, revokeAll: async (id) => void revoked.push(id) },
    installations: {
      async ofTeam(team) {
        if (team === 'T03SEALED') throw new Error('sealed by another key');
        return team === served ? ({} as never) : null;
      },
    },
  });

const closings = async (id: string) => (await store.events(id)).filter(({ type }) => type === 'console-revoked').length;

test('at a start the consoles of workspaces that are not served are closed, and no others', async () => {
  await put('xe-here', served);
  await put('xe-sealed', 'T03SEALED');
  await put('xe-waits', 'T02GONE', anInstall());
  await put('xe-gone', 'T02GONE');
  await start();
  expect(revoked).toEqual(['xe-gone']);
  expect((await store.load('xe-gone')).console?.revoked).toEqual({
    ...{ by: { via: 'system', id: 'bot' }, at: 5_000, epoch: 2 },
  });
  expect((await store.load('xe-gone')).phase).toBe('forward');
  for (const id of ['xe-here', 'xe-sealed', 'xe-waits']) expect(await closings(id)).toBe(0);
});

test('the next start voids links again, and writes it only if somebody was let in meanwhile', async () => {
  await put('xe-gone', 'T02GONE');
  await start();
  await start();
  expect([revoked, await closings('xe-gone')]).toEqual([['xe-gone', 'xe-gone'], 1]);
  await store.note('xe-gone', { ...note, type: 'console-link-issued' });
  await start();
  expect(await closings('xe-gone')).toBe(2);
});

describe('consoles that were closed', () => {
  const closed = { console: { now: [], revoked: { by: note.actor, at: 1 } } };
  const events = (...types: string[]) => types.map((type): AuditEvent => ({ ...note, type }) as AuditEvent);

  test.each([
    ['stay so', true, closed, events('console-link-issued', 'console-revoked', 'picture-asked')],
    ['do not after a link', false, closed, events('console-revoked', 'console-link-issued')],
    ['do not after somebody came', false, closed, events('console-revoked', 'console-opened', 'console-closed')],
    ['do not where nobody closed any', false, {}, events('console-opened')],
  ])('%s', (_what, expected, record, trail) => {
    expect(staysClosed(record, trail)).toBe(expected);
  });
});
