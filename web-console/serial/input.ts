import type { ConsoleRight } from '../../core/contracts/console-right.ts';
import type { Passed } from '../rfb-splitter.ts';

/** What a browser types into a serial port: everything, or with `view` nothing. */
export class SerialInput {
  readonly #right: ConsoleRight;

  constructor(right: ConsoleRight) {
    this.#right = right;
  }

  push(bytes: Buffer): Passed {
    return this.#right === 'control' ? { bytes, inputs: 1 } : { bytes: Buffer.alloc(0), inputs: 0 };
  }
}
