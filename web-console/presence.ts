import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { Logger } from '../core/log.ts';
import { attendanceChange } from './attendance.ts';
import type { CloseReason } from './close-codes.ts';
import type { ConsoleSession } from './console-session.ts';
import type { OpenScreen, ScreenLeases } from './screen-leases.ts';

/** Keeps the record's word on who is at the console: a write when somebody comes or goes, none in between. */
export interface Presence {
  /** A screen was opened; answers with what to call when it closes. */
  enter(session: ConsoleSession): (reason: CloseReason | 'left') => void;
  /** Renews what is open here, and sets right what a process that died left behind. Runs by itself. */
  look(): Promise<void>;
  /** What is open stays so for others, until its lease ends: its browser comes back to another process. */
  close(): Promise<void>;
}

export interface PresenceDeps {
  leases: ScreenLeases;
  store: Pick<InstallStore, 'update'>;
  clock: Clock;
  log: Logger;
}

const LOOK_EVERY_MS = 10_000;
const LEASE_MS = 30_000;
/** A reload, or a line that is mended, is no leaving: a screen counts for that much longer. */
export const LINGER_MS = 5_000;
/** After these nobody comes back by themselves. */
const forGood: ReadonlySet<string> = new Set(['ended', 'revoked', 'sessionOver', 'signedOut', 'idle', 'protocol']);

export function createPresence(deps: PresenceDeps): Presence {
  const { leases, clock, log } = deps;
  const open = new Map<string, OpenScreen>();
  const lingering = new Set<NodeJS.Timeout>();
  const turns = new Map<string, Promise<void>>();

  /** One at a time per install: an older look must not overwrite a newer one. */
  function inTurn(installId: string, act: () => Promise<void>): Promise<void> {
    const turn = (turns.get(installId) ?? Promise.resolve())
      .then(act)
      .catch((err) => log.warn({ installId, err }, 'could not note who is at the console'))
      .finally(() => turns.get(installId) === turn && turns.delete(installId));
    turns.set(installId, turn);
    return turn;
  }

  function linger(screen: OpenScreen): void {
    const timer = setTimeout(() => {
      lingering.delete(timer);
      void inTurn(screen.installId, () => settle(deps, screen.installId));
    }, LINGER_MS);
    lingering.add(timer);
  }

  async function leave(screen: OpenScreen, reason: CloseReason | 'left'): Promise<void> {
    if (forGood.has(reason)) {
      await leases.drop(screen);
      return settle(deps, screen.installId);
    }
    await leases.hold(screen, clock.now() + LINGER_MS);
    linger(screen);
  }

  async function look(): Promise<void> {
    const until = clock.now() + LEASE_MS;
    await Promise.all([...open.values()].map((screen) => leases.hold(screen, until)));
    if (!(await leases.takeWatch(LOOK_EVERY_MS / 2))) return;
    for (const id of await leases.attended()) await inTurn(id, () => settle(deps, id));
  }

  const timer = setInterval(
    () => look().catch((err) => log.warn({ err }, 'open screens were not renewed')),
    LOOK_EVERY_MS,
  );

  return {
    enter({ installId, slackUser: user, right }) {
      const screen: OpenScreen = { id: randomUUID(), installId, user, right };
      open.set(screen.id, screen);
      void inTurn(installId, async () => {
        await leases.hold(screen, clock.now() + LEASE_MS);
        await settle(deps, installId);
      });
      return (reason) => {
        open.delete(screen.id);
        if (reason !== 'goingAway') void inTurn(installId, () => leave(screen, reason));
      };
    },
    look,
    async close() {
      clearInterval(timer);
      for (const waiting of lingering) clearTimeout(waiting);
      await Promise.all(turns.values());
    },
  };
}

/** Makes the record say who is there; a line of the audit trail for each who came or went. */
async function settle({ leases, store, clock }: PresenceDeps, installId: string): Promise<void> {
  for (;;) {
    const now = clock.now();
    // Read anew each time: two processes that settle at once then agree instead of taking turns.
    const people = await leases.people(installId, now);
    let changed = false;
    await store.update(installId, (current) => {
      const change = attendanceChange(current, people, now);
      changed = change !== null;
      return change;
    });
    if (changed) continue;
    return people.size === 0 ? leases.putAside(installId, now) : undefined;
  }
}
