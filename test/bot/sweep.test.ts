import { beforeEach, expect, test } from 'vitest';
import { sweepOnce } from '../../bot/sweep.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { createLogger } from '../../core/log.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { createMemoryInstallStore } from '../fakes/memory-install-store.ts';
import { anInstall } from '../support/an-install.ts';

const note = { type: 'test', actor: { via: 'system' as const, id: 'test' }, detail: {} };

let clock: FakeClock;
let store: ReturnType<typeof createMemoryInstallStore>;
let noticed: string[];
let woken: string[];

beforeEach(() => {
  clock = new FakeClock();
  store = createMemoryInstallStore(clock);
  noticed = [];
  woken = [];
});

/** Slack shows everything as it is. */
const sweep = () =>
  sweepOnce({
    ...{ store, clock, log: createLogger('test', 'silent') },
    sent: {
      find: async () => ({
        state: 'sent',
        channel: 'C01OPS',
        ts: '1.0',
        hash: '',
        stateHash: '',
        rev: 1,
        at: 1,
        stamp: '',
      }),
      shownRev: async () => Number.POSITIVE_INFINITY,
    },
    notices: { send: async ({ installId }) => void noticed.push(installId) },
    installQueue: { wake: async (id) => void woken.push(id) },
    heartbeats: { last: async () => ({ at: clock.now(), next: clock.now() }) },
    parking: { lookAgain: async () => undefined },
  });

async function put(startIn: number): Promise<InstallRecord> {
  const request = { ...anInstall().request, startAt: clock.now() + startIn };
  return store.create(anInstall({ request }), note);
}

test('an install whose time has come is told of, until the policy was asked; before that it is left alone', async () => {
  const { id } = await put(45_000);
  clock.forward(44_000);
  await sweep();
  expect(noticed).toEqual([]);
  clock.forward(1_000);
  await sweep();
  await sweep();
  expect(noticed).toEqual([id, id]);
  await store.update(id, (record) => ({ record: { ...record, clearance: { at: clock.now(), policy: 'p' } }, note }));
  await sweep();
  expect(noticed).toHaveLength(2);
});

test('one that may begin is woken when nobody did, and one that waits for its time is not', async () => {
  const { id } = await put(3_600_000);
  clock.forward(31_000);
  await sweep();
  expect(woken).toEqual([]);
  await store.update(id, (record) => ({ record: { ...record, clearance: { at: clock.now(), policy: 'p' } }, note }));
  clock.forward(31_000);
  await sweep();
  expect(woken).toEqual([id]);
});
