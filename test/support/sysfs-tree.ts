import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { Command } from '../../core/ssh/command.ts';

/** A folder that stands for `/sys` of a server whose hardware this machine has not. */
export class SysfsTree {
  readonly root = mkdtempSync(join(tmpdir(), 'xepa-sysfs-'));

  /** @param files paths below `/sys`, and the first lines of files there */
  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(this.#at(path)), { recursive: true });
      writeFileSync(this.#at(path), `${text}\n`);
    }
  }

  /** @param links paths below `/sys`, and the folder there that each leads to */
  link(links: Readonly<Record<string, string>>): void {
    for (const [path, target] of Object.entries(links)) {
      mkdirSync(this.#at(target), { recursive: true });
      mkdirSync(dirname(this.#at(path)), { recursive: true });
      symlinkSync(relative(dirname(this.#at(path)), this.#at(target)), this.#at(path));
    }
  }

  /** The same command, looking here. */
  in<T>(command: Command<T>): Command<T> {
    return { ...command, stdin: (command.stdin ?? '').replaceAll('/sys/', `${this.root}/sys/`) };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #at(path: string): string {
    return join(this.root, 'sys', path);
  }
}
