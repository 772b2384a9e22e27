import type { Clock } from '../core/clock.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { Logger } from '../core/log.ts';
import type { ChangeWatch } from './change-watch.ts';
import type { ConsoleSession } from './console-session.ts';
import type { Custody } from './custody-contract.ts';
import type { KeyboardDesk } from './keyboard-desk.ts';
import type { KeyboardLeases } from './keyboard-leases.ts';
import { KeyboardRoom } from './keyboard-room.ts';
import type { PersonNames } from './person-names.ts';

/** What the register needs of an open screen. */
export interface Typist {
  tell(custody: Custody): void;
  /** Its person may not type any more: lets go of what they hold in the guest. */
  letGo(): void;
}

/** One screen's view of its install's keyboard. */
export interface Place {
  /** Whether this person has the keyboard now. Asked for every message, so it asks nobody. */
  mayType(): boolean;
  /** They typed or clicked. */
  touch(): void;
  /** They pressed something and do not have it: takes it where it is free. */
  reach(): void;
  /** From here on the screen hears of changes. */
  attach(typist: Typist): void;
  leave(): void;
}

/** Who may type at which install, as far as this process has screens of it. */
export interface Keyboards {
  /** Somebody opens a screen; the first with control has the keyboard when this answers. */
  enter(session: ConsoleSession): Promise<Place>;
  /** Renews the leases of who is here, and brings about what is due. Runs by itself. */
  look(): Promise<void>;
  /** Nothing is given back: people come back to another process, and find what they had while its lease lasts. */
  close(): void;
}

export interface KeyboardsDeps {
  desk: KeyboardDesk;
  leases: KeyboardLeases;
  names: PersonNames;
  store: Pick<InstallStore, 'find'>;
  changes: ChangeWatch;
  clock: Clock;
  log: Logger;
}

const LOOK_EVERY_MS = 2_000;

export function createKeyboards(deps: KeyboardsDeps): Keyboards {
  const rooms = new Map<string, KeyboardRoom>();

  function roomOf(installId: string): KeyboardRoom {
    const room = rooms.get(installId) ?? new KeyboardRoom(deps, installId);
    rooms.set(installId, room);
    return room;
  }

  const look = async () => void (await Promise.all([...rooms.values()].map((room) => room.look())));
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  deps.changes.listen((notice) => {
    const changed = notice ? [rooms.get(notice.installId)] : [...rooms.values()];
    for (const room of changed) void room?.read();
  });

  return {
    look,
    async enter({ installId, slackUser: user, right, name }) {
      if (name !== undefined) await deps.names.remember(installId, user, name);
      const room = roomOf(installId);
      const place = room.add({ user, right }, () => {
        if (!room.isEmpty || rooms.get(installId) !== room) return;
        rooms.delete(installId);
        room.close();
      });
      await (right === 'control' ? room.wish({ do: 'sit', user }) : room.read());
      return place;
    },
    close() {
      clearInterval(timer);
      for (const room of rooms.values()) room.close();
    },
  };
}
