import { eventsOf, type KeyEvent } from './key-events.ts';
import { EVENTS_PER_ROUND } from './pace.ts';
import type { Stroke } from './strokes.ts';

/** Where the keys go. */
export interface KeySink {
  key(event: KeyEvent): void;
  /** Ends when the server has answered everything sent before; false when the line is gone. */
  round(): Promise<boolean>;
}

export interface Typing {
  characters: readonly (readonly Stroke[])[];
  sink: KeySink;
  /** Milliseconds from one key event to the next. */
  everyMs: number;
  stop: AbortSignal;
  wait(ms: number): Promise<void>;
  now(): number;
  onTyped(count: number): void;
}

export type Outcome = 'done' | 'stopped' | 'lost';

/** Types one character after the other, and stops between two of them: no key is ever left down. */
export async function typeAll(typing: Typing): Promise<Outcome> {
  const line = new Line(typing);
  for (const [index, strokes] of typing.characters.entries()) {
    if (typing.stop.aborted) return 'stopped';
    for (const stroke of strokes) await line.send(eventsOf(stroke));
    if (line.lost) return 'lost';
    typing.onTyped(index + 1);
  }
  return (await typing.sink.round()) ? 'done' : 'lost';
}

/** Keeps the pace, and at most two rounds of events under way. */
class Line {
  lost = false;
  readonly #typing: Typing;
  #unasked = 0;
  #round: Promise<boolean> = Promise.resolve(true);
  #due: number;

  constructor(typing: Typing) {
    this.#typing = typing;
    this.#due = typing.now();
  }

  /** One stroke goes whole: a key that stays down until a timer comes late would repeat itself. */
  async send(events: readonly KeyEvent[]): Promise<void> {
    if (this.lost) return;
    const { sink, wait, now, everyMs } = this.#typing;
    await wait(this.#due - now());
    for (const event of events) sink.key(event);
    // Of what a timer came too late, half a stroke is made up for. To hurry more would be too fast for the guest.
    const takes = events.length * everyMs;
    this.#due = Math.max(this.#due + takes, now() + takes / 2);
    this.#unasked += events.length;
    if (this.#unasked >= EVENTS_PER_ROUND) await this.#ask();
  }

  async #ask(): Promise<void> {
    this.#unasked = 0;
    const answered = await this.#round;
    this.lost ||= !answered;
    this.#round = this.#typing.sink.round();
  }
}
