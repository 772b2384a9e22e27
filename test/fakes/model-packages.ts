import { apkFunctions } from '../../worker/host/scripts/package-managers.ts';
import { packagesStateScript, removePackagesScript, startPackagesScript } from '../../worker/host/scripts/packages.ts';

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
  #optional: string[] = [];
  #exit: number | '' = '';

  /** What each of our scripts does here, by its text; looking is not doing. */
  actions(args: readonly string[], done: (name: string) => void): [string, readonly [string, () => string]][] {
    const doing = (name: string, act: () => string): readonly [string, () => string] => [
      name,
      () => {
        done(name);
        return act();
      },
    ];
    return [
      [startPackagesScript(apkFunctions), doing(`packages: ${args[1]}`, () => this.start(args))],
      [packagesStateScript, ['packages: state', () => this.state()]],
      ['rm -f', doing('packages: forget', () => this.forget())],
      [removePackagesScript(apkFunctions), doing('remove packages', () => this.remove(args))],
    ];
  }

  /** @param args as those of the script: folder, action, mirror, needs or names */
  start([, action = '', , ...wanted]: readonly string[]): string {
    if (!this.#running) {
      this.#action = action;
      this.#running = true;
      this.#exit = '';
      this.#optional = wanted.filter((word) => word.includes('?=')).map(nameIn);
      this.#wanted = wanted.map(nameIn);
    }
    return this.#print();
  }

  state(): string {
    if (this.#running && this.holder === '') this.#end();
    return this.#print();
  }

  forget(): string {
    this.#action = '';
    this.#exit = '';
    return '';
  }

  remove([, ...names]: readonly string[]): string {
    this.#running = false;
    this.forget();
    for (const name of names) this.installed.delete(name);
    return '';
  }

  /** The machine's memory is lost. */
  clear(): void {
    this.remove(['', ...this.installed]);
  }

  #end(): void {
    this.#running = false;
    this.#exit = this.failing ? this.failing.exit : 0;
    const looked = this.#exit === 0 && this.#action === 'look';
    if (looked && this.unknown.some((name) => !this.#optional.includes(name))) this.#exit = 4;
    if (looked) this.#wanted = this.#wanted.filter((name) => !this.unknown.includes(name));
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

/** Of `qemu=FIRST|SECOND`, or of a name by itself. */
function nameIn(word: string): string {
  return word.replace(/^[^=]*=/, '').replace(/\|.*/, '');
}
