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
}

/** Rows `name disk major:minor sectors holders place partition` of the survey script. */
export function parseBlocks(rows: readonly string[][]): Block[] {
  return rows.map(([name = '', disk = '', numbers = '', sectors = '', holders = '', place = '', partition = '']) => ({
    name,
    disk,
    numbers: numbers.trim(),
    sectors: Number(sectors),
    holders: holders.split(' ').filter((holder) => holder !== ''),
    place: place.trim(),
    partition: Number(partition) || 0,
  }));
}

/** Where each block device is in use, as mountpoint or as `[SWAP]`, also through RAID, LVM or encryption on top of it. */
export function mountsByBlock(sections: Sections, blocks: readonly Block[]): Map<string, string[]> {
  const uses = [...parseMounts(linesOf(sections, 'mounts')), ...parseSwaps(linesOf(sections, 'swaps'))];
  // A file system over several disks stands in the mounts with one of them only.
  const spread = new Map(rowsOf(sections, 'btrfs').map(([name = '', id = '']) => [name, `btrfs ${id}`]));
  const usesOf = (block: Block): string[] => {
    const targets = uses
      .filter((use) => use.numbers === block.numbers || use.source === `/dev/${block.name}`)
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
