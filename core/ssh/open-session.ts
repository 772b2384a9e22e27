import type { Client, ClientChannel } from 'ssh2';
import { openChannel } from './open-channel.ts';
import type { StandingShell } from './standing-shell.ts';

/** A connection on which commands run. */
export interface Line {
  client: Client;
  /** Words before every command. */
  prefix: readonly string[];
  standing: StandingShell | null;
}

/** A session that has just ended is still counted by sshd for a moment. */
const TRIES = 5;
const AGAIN_MS = 100;

/** Starts a command in a channel of its own. Where sshd allows no further one (MaxSessions), the standing shell makes room. */
export function openSession(
  line: Pick<Line, 'client' | 'standing'>,
  text: string,
  use: (result: Error | ClientChannel) => void,
  tries: number = TRIES,
): void {
  openChannel(line.client, text, (opened) => {
    if (!isRefusal(opened) || tries === 1) return use(opened);
    const again = () => void setTimeout(openSession, AGAIN_MS, line, text, use, tries - 1);
    if (!line.standing?.makeRoom(again)) again();
  });
}

/** ssh2 gives the reason of RFC 4254, 5.1; nothing was run. */
function isRefusal(opened: Error | ClientChannel): boolean {
  return opened instanceof Error && 'reason' in opened;
}
