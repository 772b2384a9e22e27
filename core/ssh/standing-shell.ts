import { randomBytes } from 'node:crypto';
import type { Client } from 'ssh2';
import type { Command, CommandOutput } from './command.ts';
import { HeldShell } from './held-shell.ts';
import { quoteArgv } from './quote.ts';
import { standingText } from './standing-text.ts';

/** What becomes of a command. One of the two is called, unless it is stopped first. */
export interface Outcome {
  /** An Error where the line was cut. */
  end(ending: CommandOutput | Error): void;
  /** Nothing was run: it needs a channel of its own. */
  instead(): void;
}

/**
 * A shell that stays there for the commands of one connection: a channel of its own for each costs the device two or three
 * processes, and whoever asks two round trips more.
 */
export interface StandingShell {
  /** Begins a command; answers with what stops it, or null where it needs a channel of its own. */
  run(command: Command<unknown>, outcome: Outcome): (() => void) | null;
  /** Ends the shell for good, if it is there and idle: sshd may allow no other channel beside it. @param then once it is gone */
  makeRoom(then: () => void): boolean;
}

/**
 * Started with the first command, and anew when it was lost; where it cannot be had, nobody tries again on this connection.
 * @param prefix words before every command
 * @param onRefused hears why it cannot be had
 */
export function createStandingShell(
  client: Client,
  { prefix, onRefused }: { prefix: readonly string[]; onRefused(why: string): void },
): StandingShell {
  const shell = quoteArgv([...prefix, 'sh']);
  let held: HeldShell | null = null;
  let refused = false;
  return {
    run(command, { end, instead }) {
      if (refused || held?.state === 'busy') return null;
      // No command can know it before it has ended.
      const mark = randomBytes(16).toString('hex');
      const text = standingText(command, mark);
      if (text === null) return null;
      if (held?.state !== 'idle') held = new HeldShell(client, shell);
      if (held.state !== 'idle') return null;
      const { hasServed } = held;
      const notBegun = (why: string) => {
        if (!hasServed) {
          refused = true;
          onRefused(why);
        }
        instead();
      };
      return held.run({ text, mark, end, notBegun });
    },
    makeRoom(then) {
      if (held?.state !== 'idle') return false;
      refused = true;
      onRefused('the server allows no channel beside it');
      held.leave(then);
      return true;
    },
  };
}
