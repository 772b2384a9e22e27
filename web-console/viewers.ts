import type { Clock } from '../core/clock.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { Logger } from '../core/log.ts';
import type { Tickets } from '../core/tickets.ts';
import type { ChangeWatch } from './change-watch.ts';
import type { CloseReason } from './close-codes.ts';
import type { ConsoleSession } from './console-session.ts';
import { type Refusal, refuse } from './refusals.ts';
import type { SignOuts } from './sign-outs.ts';
import { judge, type Verdict } from './standing.ts';

/** What the viewers' register needs of an open screen. */
interface Screen {
  announce(rev: number): void;
  close(reason: CloseReason): void;
}

/** A place for one screen, taken before the slow part of opening it. */
export interface Seat {
  /** False when the seat was lost while the screen was being opened. */
  sit(screen: Screen): boolean;
  leave(): void;
}

/** Everybody who has a screen open in this process, and the right to cut them off. */
export interface Viewers {
  /** Refused when a cap is reached, or this process stops. */
  take(session: ConsoleSession): Seat | Refusal;
  close(): void;
}

interface Caps {
  perInstall: number;
  perPerson: number;
  total: number;
}

export interface ViewersDeps {
  store: Pick<InstallStore, 'find'>;
  tickets: Pick<Tickets, 'epoch'>;
  signOuts: Pick<SignOuts, 'has'>;
  changes: ChangeWatch;
  clock: Clock;
  log: Logger;
  caps: Caps;
}

interface Viewer {
  session: ConsoleSession;
  screen: Screen | null;
  lost: boolean;
}

/** How often every screen is looked at, whatever was heard. */
export const RECHECK_MS = 30_000;
const reasons: Record<Exclude<Verdict, 'good'>, CloseReason> = {
  'session-over': 'sessionOver',
  ended: 'ended',
  revoked: 'revoked',
};

/** Each change of an install, and every 30 s in case a notice was lost, is held against its viewers' sessions. */
export function createViewers(deps: ViewersDeps): Viewers {
  const viewers = new Set<Viewer>();
  let closing = false;
  const of = (installId: string) => [...viewers].filter((viewer) => viewer.session.installId === installId);
  const count = (fits: (viewer: Viewer) => boolean) => [...viewers].filter(fits).length;

  function isFull(session: ConsoleSession): boolean {
    const { caps } = deps;
    // Anybody may watch, so the last seat is kept for somebody who has work to do.
    const kept = session.right === 'view' ? 1 : 0;
    if (viewers.size >= caps.total - kept || of(session.installId).length >= caps.perInstall - kept) return true;
    return count((viewer) => viewer.session.slackUser === session.slackUser) >= caps.perPerson;
  }

  async function recheck(installId: string): Promise<void> {
    const affected = of(installId);
    if (affected.length === 0) return;
    const [record, epoch] = await Promise.all([deps.store.find(installId), deps.tickets.epoch(installId)]);
    for (const viewer of affected) {
      if (await deps.signOuts.has(viewer.session)) cut(viewer, 'signedOut');
      else if (record) inform(viewer, { record, epoch, now: deps.clock.now() });
      else cut(viewer, 'ended');
    }
  }

  function recheckAll(): void {
    for (const id of new Set([...viewers].map((viewer) => viewer.session.installId))) recheckQuietly(id);
  }

  /** Without Redis nobody can be judged: open screens stay, their absolute end is kept by themselves. */
  function recheckQuietly(installId: string): void {
    recheck(installId).catch((err) => deps.log.warn({ installId, err }, 'open screens could not be checked'));
  }

  deps.changes.listen((notice) => (notice ? recheckQuietly(notice.installId) : recheckAll()));
  const timer = setInterval(recheckAll, RECHECK_MS);

  return {
    take(session) {
      if (closing) return refuse('going-away');
      if (isFull(session)) return refuse('too-many');
      const viewer: Viewer = { session, screen: null, lost: false };
      viewers.add(viewer);
      return {
        sit(screen) {
          viewer.screen = screen;
          // What changed between the upgrade's check and now was told to nobody.
          recheckQuietly(session.installId);
          return !viewer.lost;
        },
        leave: () => void viewers.delete(viewer),
      };
    },
    close() {
      closing = true;
      clearInterval(timer);
      for (const viewer of [...viewers]) cut(viewer, 'goingAway');
    },
  };
}

/** Cuts a viewer whose session is over; tells the others that something changed. */
function inform(viewer: Viewer, seen: Parameters<typeof judge>[1]): void {
  const verdict = judge(viewer.session, seen);
  if (verdict === 'good') viewer.screen?.announce(seen.record.rev);
  else cut(viewer, reasons[verdict]);
}

function cut(viewer: Viewer, reason: CloseReason): void {
  viewer.lost = true;
  viewer.screen?.close(reason);
}
