import { chord } from './key-events.ts';
import { type Key, type Modifier, modifierKeys } from './physical.ts';
import type { KeySink } from './typist.ts';

/** Modifiers that stay down on the server until the next key: for hands without a keyboard, and for what browsers keep. */
export class Held {
  readonly #sink: () => Pick<KeySink, 'key'> | null;
  readonly #onChange: (held: ReadonlySet<Modifier>) => void;
  readonly #held = new Set<Modifier>();

  constructor(sink: () => Pick<KeySink, 'key'> | null, onChange: (held: ReadonlySet<Modifier>) => void) {
    this.#sink = sink;
    this.#onChange = onChange;
  }

  get any(): boolean {
    return this.#held.size > 0;
  }

  toggle(modifier: Modifier): void {
    const down = !this.#held.has(modifier);
    if (down) this.#held.add(modifier);
    else this.#held.delete(modifier);
    this.#sink()?.key({ ...modifierKeys[modifier], down });
    this.#onChange(this.#held);
  }

  /** Presses a key together with what is held, and lets go of everything. */
  press(key: Key, withThese: readonly Modifier[] = []): void {
    const more = withThese.filter((modifier) => !this.#held.has(modifier)).map((modifier) => modifierKeys[modifier]);
    for (const event of chord(more, key)) this.#sink()?.key(event);
    this.release();
  }

  release(): void {
    if (!this.any) return;
    for (const modifier of this.#held) this.#sink()?.key({ ...modifierKeys[modifier], down: false });
    this.#held.clear();
    this.#onChange(this.#held);
  }
}
