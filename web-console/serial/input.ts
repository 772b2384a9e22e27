import type { ConsoleRight } from '../../core/contracts/console-right.ts';
import type { Input } from '../pipe.ts';
import type { Passed } from '../rfb-splitter.ts';

const nothing = Buffer.alloc(0);

/** What a browser types into a serial port: everything, or nothing where its person does not have the keyboard. */
export class SerialInput implements Input {
  /** A serial line begins without a handshake. */
  readonly shaken = true;
  readonly #right: ConsoleRight;
  readonly #mayType: () => boolean;

  /** @param mayType asked each time: whether this person has the keyboard now */
  constructor(right: ConsoleRight, mayType: () => boolean) {
    this.#right = right;
    this.#mayType = mayType;
  }

  push(bytes: Buffer): Passed {
    const control = this.#right === 'control';
    if (control && this.#mayType()) return { bytes, inputs: 1, reached: false };
    return { bytes: nothing, inputs: 0, reached: control };
  }

  /** Bytes are not held down. */
  letGo(): Buffer {
    return nothing;
  }
}
