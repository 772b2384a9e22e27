import { linesOf, rowsOf, type Sections } from './sections.ts';

/** A disk, a partition, or what is built on them (md, device mapper). Size in sectors of 512 bytes. */
export interface Block {
  name: string;
  disk: string;
  numbers: string;
  sectors: number;
  holders: readonly string[];
  /** Folder of its disk in sysfs, and its number on that disk; 0 for what is no partition. */
  place: string;
  partition: number;
  /** Its device files: a volume has the one in /dev/mapper alone where no udev makes a link of that. */
  paths: readonly string[];
}

/** Rows `name disk major:minor sectors holders place partition` of the survey script, with the loop devices that stand on one of them. */
export function parseBlocks(sections: Sections): Block[] {
  const labels = new Map(rowsOf(sections, 'volumes').map(([name = '', label = '']) => [name, label.trim()]));
  const loops = rowsOf(sections, 'loops').map(([name = '', file = '']) => ({ name, file: file.trim() }));
  return rowsOf(sections, 'block').map(([name = '', disk = '', ...row]) => {
    const [numbers = '', sectors = '', holders = '', place = '', partition = ''] = row.map((field) => field.trim());
    const label = labels.get(name);
    const paths = [`/dev/${name}`, ...(label ? [`/dev/mapper/${label}`] : [])];
    const over = loops.filter(({ file }) => paths.includes(file)).map((loop) => loop.name);
    return {
      ...{ name, disk, numbers, sectors: Number(sectors), place, partition: Number(partition) || 0, paths },
      holders: [...holders.split(' ').filter((holder) => holder !== ''), ...over],
    };
  });
}

/** Where each block device is in use, as mountpoint or as `[SWAP]`, also through RAID, LVM or encryption on top of it. */
export function mountsByBlock(sections: Sections, blocks: readonly Block[]): Map<string, string[]> {
  const mounts = parseMounts(linesOf(sections, 'mounts'));
  const elsewhere = parseElsewhere(linesOf(sections, 'mounts-elsewhere'), mounts);
  const uses = [...mounts, ...elsewhere, ...parseSwaps(linesOf(sections, 'swaps'))];
  // A file system over several disks stands in the mounts with one of them only.
  const spread = new Map(rowsOf(sections, 'btrfs').map(([name = '', id = '']) => [name, `btrfs ${id}`]));
  const usesOf = (block: Block): string[] => {
    const targets = uses
      .filter((use) => use.numbers === block.numbers || block.paths.includes(use.source))
      .map((use) => use.target);
    const member = spread.get(block.name);
    return targets.length === 0 && member !== undefined ? [member] : targets;
  };
  return new Map(blocks.map((block) => [block.name, [block, ...above(block, blocks)].flatMap(usesOf)]));
}

/** Kernel names of all that is built on a block device: RAID arrays, volumes, encrypted volumes, listed here or not. */
export function builtOn(block: Block, blocks: readonly Block[]): string[] {
  return [...new Set([block, ...above(block, blocks)].flatMap(({ holders }) => holders))];
}

/** An array may have partitions of its own, which are mounted or built on in its place. */
function above(block: Block, blocks: readonly Block[]): Block[] {
  const reached = new Set<Block>();
  const queue = [...block.holders];
  for (const name of queue) {
    for (const holder of blocks.filter((other) => other.disk === name)) {
      if (reached.has(holder)) continue;
      reached.add(holder);
      queue.push(...holder.holders);
    }
  }
  return [...reached];
}

/** One line of /proc/self/mountinfo or /proc/swaps. `numbers` is major:minor, empty for swap. */
export interface Mount {
  numbers: string;
  source: string;
  target: string;
  type: string;
}

/** Lines of /proc/self/mountinfo; a dash separates the optional fields from type and source. */
export function parseMounts(lines: readonly string[]): Mount[] {
  return lines.flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ');
    const [, , numbers = '', , target = ''] = left.split(' ');
    const [type = '', source = ''] = right.split(' ');
    return target === '' ? [] : [{ numbers, source: unescapeOctal(source), target: unescapeOctal(target), type }];
  });
}

/** What other mount namespaces than ours have mounted, each after a row `process PID NAME` of one that sees it. */
function parseElsewhere(lines: readonly string[], here: readonly Mount[]): Mount[] {
  const known = new Set(here.map(({ numbers, target }) => `${numbers} ${target}`));
  let where = '';
  return lines.flatMap((line) => {
    const [head, pid = '', name = ''] = line.split('\t');
    if (head === 'process') where = `of the process ${name.trim()}, ${pid}`;
    return parseMounts([line])
      .filter(({ numbers, target }) => !known.has(`${numbers} ${target}`))
      .map((mount) => ({ ...mount, target: `${mount.target} (${where})` }));
  });
}

/** Lines of /proc/swaps without its heading. */
export function parseSwaps(lines: readonly string[]): Mount[] {
  return lines
    .filter((line) => line.startsWith('/'))
    .map((line) => ({ numbers: '', source: line.split(/\s+/)[0] ?? '', target: '[SWAP]', type: 'swap' }));
}

/** The kernel writes blanks in paths as \040. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
