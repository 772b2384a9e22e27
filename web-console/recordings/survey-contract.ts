import type { ConsoleRight } from '../../core/contracts/console-right.ts';

/** A piece of a recording that the page asks for at once. */
export interface RecordingPart {
  /** Where its first chunk stands, and how many there are. */
  index: number;
  offset: number;
  chunks: number;
  /** Milliseconds from the beginning before which everything of it lies behind. */
  at: number;
}

/** What one finds by reading a recording to its end. */
export interface RecordingSurvey {
  lengthMs: number;
  /** Why it ended; null when its end is missing. */
  end: string | null;
  /** Something in it is not what was written: what follows is not shown. */
  spoilt: boolean;
  /** How the browser wanted its pixels then, as hexadecimal digits of its messages. */
  format: { pixels: string | null; encodings: string | null };
  /** For each of equally long stretches: whether somebody typed or pointed, and the bytes of the screen. */
  input: number[];
  screen: number[];
  parts: RecordingPart[];
}

/** All that the page shows of a recording. Times are milliseconds since 1970. */
export interface RecordingView extends RecordingSurvey {
  install: string;
  device: string;
  iso: string;
  recording: string;
  /** Who was recorded. */
  name: string;
  right: ConsoleRight;
  startedAt: number;
  /** It is still being made. */
  goesOn: boolean;
}
