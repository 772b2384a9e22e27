import { createWriteStream, type WriteStream } from 'node:fs';

interface Waiter {
  pattern: RegExp;
  found: (match: RegExpExecArray) => void;
}

/** A machine's first serial port: all of it goes to a file, what came since the last power-on can be waited for. */
export class SerialLog {
  readonly path: string;
  readonly #file: WriteStream;
  readonly #waiters = new Set<Waiter>();
  #sinceBoot = '';

  constructor(path: string) {
    this.path = path;
    this.#file = createWriteStream(path, { flags: 'a' });
  }

  /** What was printed since the machine was last switched on. */
  get text(): string {
    return this.#sinceBoot;
  }

  startBoot(title: string): void {
    this.#sinceBoot = '';
    this.#file.write(`\n===== ${new Date().toISOString()} ${title} =====\n`);
  }

  write(chunk: Buffer): void {
    this.#file.write(chunk);
    this.#sinceBoot += chunk.toString('latin1');
    for (const waiter of this.#waiters) {
      const match = this.#match(waiter.pattern);
      if (match !== null) waiter.found(match);
    }
  }

  /**
   * Resolves with the first match in the whole lines that were printed since the last power-on, or will be: a reset does not end the
   * wait. Rejects after `limitMs` with the last lines of the log.
   */
  waitFor(pattern: RegExp, limitMs: number): Promise<RegExpExecArray> {
    const already = this.#match(pattern);
    if (already !== null) return Promise.resolve(already);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        pattern,
        found: (match) => {
          this.#waiters.delete(waiter);
          clearTimeout(timer);
          resolve(match);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(
          new Error(
            `no ${pattern} on ${this.path} within ${limitMs / 1000} s; it ends: ${this.#sinceBoot.slice(-1500)}`,
          ),
        );
      }, limitMs);
      this.#waiters.add(waiter);
    });
  }

  // Half a line would satisfy `MARK.*` without what comes behind the mark.
  #match(pattern: RegExp): RegExpExecArray | null {
    return pattern.exec(this.#sinceBoot.slice(0, this.#sinceBoot.lastIndexOf('\n') + 1));
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#file.end(resolve));
  }
}
