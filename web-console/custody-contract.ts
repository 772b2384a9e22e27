import type { ConsoleRight } from '../core/contracts/console-right.ts';

/** Somebody who has the screen open. */
export interface PersonHere {
  user: string;
  /** Null where Slack did not say. */
  name: string | null;
  right: ConsoleRight;
  /** For how long they have been there, in milliseconds. */
  forMs: number;
}

/** Who is at the console and who may type: told to every page when it changes. People are Slack user ids. */
export interface Custody {
  people: readonly PersonHere[];
  /** Null: whoever has control takes it with the next key or click. */
  holder: string | null;
  /** The holder has touched nothing for a while, so who takes it gets it at once. */
  idle: boolean;
  asks: readonly string[];
  /** Somebody takes it then, unless the holder refuses. */
  claim: { user: string; inMs: number } | null;
}
