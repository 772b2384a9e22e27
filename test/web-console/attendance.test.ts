import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConsoleRight } from '../../core/contracts/console-right.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { attendanceChange, type People } from '../../web-console/attendance.ts';
import { anInstallAt } from '../support/an-install.ts';

const open = anInstallAt('attend');
const people = (...entries: [string, ConsoleRight][]): People => new Map(entries);

/** All changes in a row, as the store applies them. */
function settled(record: InstallRecord, there: People, at: number) {
  const notes = [];
  let current = record;
  for (let change = attendanceChange(current, there, at); change; change = attendanceChange(current, there, at)) {
    notes.push(change.note);
    current = change.record;
  }
  return { record: current, notes };
}

describe('who is at the console', () => {
  it('is written when somebody comes, and when they go, with how long they were there', () => {
    const came = settled(open, people(['U01ALICE', 'control']), 1_000);
    expect(came.record.console).toEqual({ now: [{ user: 'U01ALICE', right: 'control', since: 1_000 }] });
    expect(came.notes).toEqual([
      { type: 'console-opened', actor: { via: 'console', id: 'U01ALICE' }, detail: { right: 'control' } },
    ]);
    const went = settled(came.record, people(), 721_000);
    expect(went.record.console).toEqual({ now: [], last: { user: 'U01ALICE', right: 'control', ms: 720_000 } });
    expect(went.notes).toMatchObject([{ type: 'console-closed', detail: { right: 'control', ms: 720_000 } }]);
  });

  it('is written again when a right rises: watching ends, control begins', () => {
    const { record } = settled(open, people(['U01ALICE', 'view']), 1_000);
    expect(settled(record, people(['U01ALICE', 'control']), 2_000).notes).toMatchObject([
      { type: 'console-closed', detail: { right: 'view', ms: 1_000 } },
      { type: 'console-opened', detail: { right: 'control' } },
    ]);
  });

  it('keeps what else the record knows of its console', () => {
    const revoked = { by: { via: 'slack' as const, id: 'U02BOB' }, at: 5 };
    const before = { ...open, console: { now: [], revoked } };
    expect(settled(before, people(['U01ALICE', 'view']), 9).record.console?.revoked).toEqual(revoked);
  });

  it('ends up as it is, with a line for each change, and then has nothing more to say', () => {
    const right = fc.constantFrom<ConsoleRight>('control', 'view');
    const crowd = fc
      .dictionary(fc.constantFrom('U1', 'U2', 'U3', 'U4'), right)
      .map((all) => new Map(Object.entries(all)));
    fc.assert(
      fc.property(fc.array(crowd, { maxLength: 6 }), (looks) => {
        let record = open;
        for (const [at, there] of looks.entries()) {
          const before = new Map(record.console?.now.map((one) => [one.user, one.right]));
          const { record: after, notes } = settled(record, there, at);
          const went = [...before].filter(([user, had]) => there.get(user) !== had).length;
          const came = [...there].filter(([user, has]) => before.get(user) !== has).length;
          expect(notes).toHaveLength(went + came);
          expect(new Map(after.console?.now.map((one) => [one.user, one.right])) as People).toEqual(there);
          record = after;
        }
      }),
    );
  });
});
