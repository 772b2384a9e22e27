const NEW_LINE = 0x0a;

/** The newest bytes of a port, up to a limit: what somebody sees who comes later. */
export class Backlog {
  readonly #limit: number;
  #parts: Buffer[] = [];
  #size = 0;
  #cut = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    while (this.#size > this.#limit) this.#dropFirst();
  }

  /** All of it; from the beginning of a line where the oldest had to go, so that no half of an escape sequence is first. */
  read(): Buffer {
    const whole = Buffer.concat(this.#parts);
    this.#parts = whole.length > 0 ? [whole] : [];
    return this.#cut ? whole.subarray(whole.indexOf(NEW_LINE) + 1) : whole;
  }

  #dropFirst(): void {
    const [first] = this.#parts;
    if (!first) return;
    const over = this.#size - this.#limit;
    this.#cut = true;
    if (first.length > over) {
      this.#parts[0] = first.subarray(over);
      this.#size -= over;
      return;
    }
    this.#parts.shift();
    this.#size -= first.length;
  }
}
