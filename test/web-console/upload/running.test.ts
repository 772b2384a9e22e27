import { expect, it } from 'vitest';
import type { AccessDeps } from '../../../web-console/access.ts';
import { createRunning } from '../../../web-console/upload/running.ts';

const access: AccessDeps = {
  store: { find: async () => null },
  tickets: { epoch: async () => 0 },
  sessions: { find: async () => 'none' },
  clock: { now: () => 0 },
};

function running() {
  const listeners: ((notice: null) => void)[] = [];
  const changes = { listen: (listener: (notice: null) => void) => void listeners.push(listener) };
  const all = createRunning({ access, changes, caps: { total: 3, perPerson: 2 } });
  const begin = (installId: string, user: string) => all.begin({ installId, user, secret: null });
  const change = () => {
    for (const listener of listeners) listener(null);
  };
  return { begin, change };
}

it('takes so many pieces at once, of a person and of all', () => {
  const { begin } = running();
  const first = begin('xe-1', 'U1');
  begin('xe-2', 'U1');
  expect(begin('xe-3', 'U1')).toBeNull();
  begin('xe-4', 'U2');
  expect(begin('xe-5', 'U3')).toBeNull();
  first?.end();
  expect(begin('xe-5', 'U3')).not.toBeNull();
});

it('lets a newer piece of the same install take the place of the one before, which then ends nothing', () => {
  const { begin } = running();
  const old = begin('xe-1', 'U1');
  const fresh = begin('xe-1', 'U1');
  expect([old?.signal.aborted, fresh?.signal.aborted]).toEqual([true, false]);
  old?.end();
  begin('xe-2', 'U1');
  expect(begin('xe-3', 'U1')).toBeNull();
});

it('cuts a piece whose session is gone', async () => {
  const { begin, change } = running();
  const piece = begin('xe-1', 'U1');
  change();
  await expect.poll(() => piece?.signal.aborted).toBe(true);
});
