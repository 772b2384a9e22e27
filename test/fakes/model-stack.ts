import { stopStackScript, unguardScript } from '../../worker/host/scripts/stack.ts';

type Action = [string, readonly [string, () => string]];

/** What a model of a rescue system has built on its disk nvme0n1 by itself: arrays, each on the one before. */
export class ModelStack {
  /** Kernel names, the lowest first. */
  built: string[] = [];
  /** State of the arrays, as md names it. */
  state = 'read-auto';
  /** Arrays that a process has open, and those that do not stop. */
  open: string[] = [];
  stuck: string[] = [];
  /** Where one of them is mounted. */
  mounted: string | null = null;
  /** Udev is kept from building it anew. */
  guarded = false;

  /** A survey of the disk with what is built on it, made from one of the disk alone. */
  survey(text: string): string {
    if (this.built.length === 0) return text;
    const place = /^nvme0n1\t259:0\t(\S+)/m.exec(text)?.[1] ?? '';
    const names = ['nvme0n1', ...this.built];
    const block = names.map((name, at) =>
      [name, name, at === 0 ? '259:0' : `9:${at}`, '4194304', names[at + 1] ?? '', at === 0 ? place : '', ''].join(
        '\t',
      ),
    );
    const arrays = this.built.map((name) => [name, 'raid1', this.state, '1.2', 'idle', '0'].join('\t'));
    const mounts = this.mounted === null ? '' : `90 1 9:${this.built.length} / ${this.mounted} rw - ext4 /dev/x rw\n`;
    return text
      .replace(/^(## xepa block\n)[^#]*/m, `$1${block.join('\n')}\n## xepa arrays\n${arrays.join('\n')}\n`)
      .replace(/^(## xepa swaps)/m, `${mounts}$1`);
  }

  /** @param did hears of what is more than looking */
  actions(args: readonly string[], did: (name: string) => void): Action[] {
    return [
      [stopStackScript, ['stop stack', () => this.#stop(args.slice(args.lastIndexOf('--') + 1), did)]],
      [unguardScript, ['unguard', () => this.#unguard(did)]],
    ];
  }

  #stop(names: readonly string[], did: (name: string) => void): string {
    this.guarded = true;
    const open = names.filter((name) => this.open.includes(name));
    if (open.length > 0) return `## xepa open\n${open.map((name) => `${name}\tpvscan\t77`).join('\n')}`;
    let failed = '';
    for (const name of names) {
      if (this.stuck.includes(name) || this.built.at(-1) !== name) failed = `${name}\tDevice or resource busy`;
      if (failed !== '') break;
      did(`stop ${name}`);
      this.built.pop();
    }
    return `## xepa open\n## xepa failed\n${failed}\n## xepa left\n${this.built.join('\n')}`;
  }

  #unguard(did: (name: string) => void): string {
    did('unguard');
    this.guarded = false;
    return '';
  }
}
