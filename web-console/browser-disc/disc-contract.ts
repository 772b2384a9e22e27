/** Bytes that a page is asked for at a time, and that are kept. */
export const CHUNK_BYTES = 128 * 1024;

/** Chunks that a page may owe at a time. */
export const MAX_ASKED = 32;

/** How the one export of each socket is called. */
export const exportName = 'disc';

/**
 * For how long a read of the guest waits for a page that is away. Less than the 30 seconds after which Linux resets a
 * drive that does not answer, and no longer, because QEMU as a whole stands still when it has to wait for a read that
 * hangs: to take the disc out, or to reset.
 */
export const HOLD_MS = 20_000;

/** The same, where the way from QEMU to us is cut. */
export const QEMU_RECONNECT_SECONDS = 20;

/** The largest file that is served; numbers in JSON and JavaScript are exact far beyond. */
export const MAX_FILE_BYTES = 1024 ** 4;

/** What the server says to the page that serves a file: JSON in text frames. */
export type ToPage =
  /** These bytes, please; the page answers under the same `id`. */
  | { read: { id: number; offset: number; length: number } }
  /** Answer to the page's `ping`. */
  | { pong: true };

/**
 * The page answers with a binary frame: so many bytes of `id`, big-endian, then those of the file. Where it cannot read
 * them, with a text frame: `{"unreadable": id}`.
 */
export const ANSWER_HEAD = 4;

/** A disc in a browser, as pages show it. */
export interface BrowserDiscView {
  n: number;
  name: string;
  bytes: number;
  /** How its person is called; their Slack id where that is not known. */
  by: string;
  /** It is the person's own who looks. */
  mine: boolean;
  key: string;
  verdict: 'asked' | 'accepted' | 'refused';
  why: string | null;
  /** Its page is there. */
  live: boolean;
  /** Bytes that came from it so far; null where nobody counts. */
  read: number | null;
}
