/** A package manager that works by itself, a step further each time it is looked at. */
export class ModelPackages {
  readonly installed = new Set<string>();
  /** What its repositories lack, by the name of the need. */
  unknown: string[] = [];
  /** What it says, and the exit code, when it fails; null lets it work. */
  failing: { exit: number | ''; log: string } | null = null;
  /** Who has its lock; the work waits for that. */
  holder = '';
  memoryKb = 4_000_000;
  #action = '';
  #running = false;
  #wanted: string[] = [];
  #exit: number | '' = '';

  /** @param args as those of the script: folder, action, mirror, needs or names */
  start([, action = '', , ...wanted]: readonly string[]): string {
    if (!this.#running) {
      this.#action = action;
      this.#running = true;
      this.#exit = '';
      this.#wanted = wanted.map((word) => word.replace(/^[^=]*=/, '').replace(/\|.*/, ''));
    }
    return this.#print();
  }

  state(): string {
    if (this.#running && this.holder === '') this.#end();
    return this.#print();
  }

  forget(): void {
    this.#action = '';
    this.#exit = '';
  }

  remove([, ...names]: readonly string[]): void {
    this.#running = false;
    this.forget();
    for (const name of names) this.installed.delete(name);
  }

  /** The machine's memory is lost. */
  clear(): void {
    this.remove(['', ...this.installed]);
  }

  #end(): void {
    this.#running = false;
    this.#exit = this.failing ? this.failing.exit : 0;
    if (this.#exit === 0 && this.#action === 'look' && this.unknown.length > 0) this.#exit = 4;
    if (this.#exit === 0 && this.#action === 'add') for (const name of this.#wanted) this.installed.add(name);
  }

  #print(): string {
    const phase = this.holder === '' ? 'lists' : 'lock';
    return [
      ...['## xepa running', this.#running ? 'yes' : '', '## xepa action', this.#action, '## xepa phase', phase],
      ...['## xepa holder', this.holder, '## xepa exit', `${this.#exit}`, '## xepa found', ...this.#wanted],
      ...['## xepa unknown', ...this.unknown, '## xepa log', this.failing?.log ?? ''],
      ...['## xepa memory', `MemAvailable: ${this.memoryKb} kB`],
    ].join('\n');
  }
}
