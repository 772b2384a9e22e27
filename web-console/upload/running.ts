import { type AccessDeps, enter, mustBeOpen } from '../access.ts';
import type { ChangeWatch } from '../change-watch.ts';
import { isRefusal } from '../refusals.ts';

/** A piece that is on its way through this process. */
export interface Piece {
  installId: string;
  user: string;
  /** Of the session that sends it. */
  secret: string | null;
}

/** The pieces that are on their way, and the right to cut them off. */
export interface Running {
  /** Null when the process, or this person, has its fill. A newer piece of the same install ends the one before. */
  begin(piece: Piece): { signal: AbortSignal; end(): void } | null;
}

export interface RunningDeps {
  access: AccessDeps;
  changes: ChangeWatch;
  caps: { total: number; perPerson: number };
}

/** Each may hold what an SSH connection has on its way, two megabytes. */
export const uploadCaps = { total: 32, perPerson: 4 };

export function createRunning({ access, changes, caps }: RunningDeps): Running {
  const running = new Map<string, Piece & { abort: AbortController }>();

  /** Whose session or console has ended sends no more. */
  async function recheck({ installId, secret, abort }: Piece & { abort: AbortController }): Promise<void> {
    const entry = await enter(access, { secret, installId });
    if (isRefusal(entry) || mustBeOpen(entry)) abort.abort();
  }

  changes.listen((notice) => {
    for (const piece of running.values()) {
      // Without Redis nobody can be judged; a piece is short.
      if (!notice || notice.installId === piece.installId) recheck(piece).catch(() => undefined);
    }
  });

  return {
    begin(piece) {
      const { installId, user } = piece;
      running.get(installId)?.abort.abort();
      running.delete(installId);
      const mine = [...running.values()].filter((other) => other.user === user);
      if (running.size >= caps.total || mine.length >= caps.perPerson) return null;
      const abort = new AbortController();
      const entry = { ...piece, abort };
      running.set(installId, entry);
      return { signal: abort.signal, end: () => void (running.get(installId) === entry && running.delete(installId)) };
    },
  };
}
