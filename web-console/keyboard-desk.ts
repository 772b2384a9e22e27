import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { KeyboardLeases } from './keyboard-leases.ts';
import { judgeWish, type KeyboardNo, type KeyboardWish, type Seen } from './keyboard-rules.ts';
import type { ScreenLeases } from './screen-leases.ts';

/** What became of a wish, and the record as it is now. */
export interface Decided {
  record: InstallRecord;
  /** Null when it was done. */
  no: KeyboardNo | null;
}

/** Changes hands at a keyboard: in the record and its audit trail, in one write. May be asked by any process. */
export interface KeyboardDesk {
  /** @throws XepaError not-found, conflict */
  decide(installId: string, wish: KeyboardWish): Promise<Decided>;
}

export interface KeyboardDeskDeps {
  store: Pick<InstallStore, 'load' | 'update'>;
  leases: KeyboardLeases;
  screens: Pick<ScreenLeases, 'people'>;
  clock: Clock;
}

export function createKeyboardDesk(deps: KeyboardDeskDeps): KeyboardDesk {
  const { store, leases, screens, clock } = deps;

  async function look(record: InstallRecord): Promise<Seen> {
    const now = clock.now();
    const held = record.console?.keyboard?.holder?.term ?? '';
    const [touchedAt, here] = await Promise.all([
      held === '' ? null : leases.touchedAt(record.id, held),
      screens.people(record.id, now),
    ]);
    return { now, lease: { term: held, touchedAt }, here, term: randomUUID() };
  }

  return {
    async decide(installId, wish) {
      const record = await store.load(installId);
      const seen = await look(record);
      const first = judgeWish(record, wish, seen);
      if ('no' in first) return { record, no: first.no };
      // Before the record names the term, so that nobody can find it without a lease. Unused, it ends by itself.
      await leases.begin(installId, seen.term, seen.now);
      let no: KeyboardNo | null = null;
      const after = await store.update(installId, (current) => {
        const verdict = judgeWish(current, wish, seen);
        no = 'no' in verdict ? verdict.no : null;
        return 'change' in verdict ? verdict.change : null;
      });
      return { record: after, no };
    },
  };
}
