import {
  addPathScript,
  dropPathScript,
  returnPathScript,
  usePathScript,
} from '../../worker/host/scripts/second-path.ts';

/** The network of a device as far as our connection goes: at which addresses it answers, and what its survey says of it. */
export class ModelPaths {
  /** Null: at any. */
  answersAt: Set<string> | null = null;
  /** What the network between lets through; nothing answers at an address that is not in here. */
  reachable = new Set<string>();
  moved = false;
  /** Its routes stay where they are whatever is asked. */
  stubborn = false;

  actions(
    args: readonly string[],
    did: (name: string) => void,
  ): [script: string, action: readonly [string, () => string]][] {
    const act = (name: string, change: () => void): readonly [string, () => string] => [
      name,
      () => {
        did(name);
        change();
        return '## xepa done\nyes';
      },
    ];
    return [
      [addPathScript, act('add path', () => this.#answer(args[1]))],
      [usePathScript, act('use path', () => this.#move())],
      [returnPathScript, act('return path', () => this.#return(args.slice(2)))],
      [dropPathScript, act('drop path', () => this.answersAt?.delete(args[1] ?? ''))],
    ];
  }

  /** The device restarts: whatever our connection was told is forgotten. */
  clear(first: string): void {
    this.moved = false;
    if (this.answersAt) this.answersAt = new Set([first]);
  }

  isOpen(host: string): boolean {
    return this.answersAt === null || (this.answersAt.has(host) && this.reachable.has(host));
  }

  /** A survey of the one or the other port, made from one in which eth0 carries the connection. */
  survey(text: string): string {
    return this.moved && !this.stubborn ? swap(text) : text;
  }

  #answer(address = ''): void {
    this.answersAt?.add(address);
  }

  #move(): void {
    this.moved = true;
    for (const host of this.answersAt ?? []) if (host.startsWith('127.')) this.answersAt?.delete(host);
  }

  #return(addresses: readonly string[]): void {
    this.moved = false;
    for (const address of addresses) this.#answer(address.split('/')[0]);
    this.#answer('127.0.77.1');
  }
}

/** The other port's name in addresses, routes, and the way back; the list of ports stays. */
export function swap(text: string): string {
  const [start, end] = [text.indexOf('## xepa addresses'), text.indexOf('## xepa disks')];
  const names = new Map([
    ['eth0', 'eth1'],
    ['eth1', 'eth0'],
  ]);
  const network = text.slice(start, end).replace(/eth[01]/g, (name) => names.get(name) ?? name);
  return text.slice(0, start) + network + text.slice(end);
}
