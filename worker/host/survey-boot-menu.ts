import type { BootEntry, BootMenu } from '../../core/contracts/hardware.ts';
import { guidOf } from './survey-partitions.ts';

/** The kernel puts four bytes of the variable's own attributes in front of its value. */
const variableHead = 4;
const activeFlag = 0x1;

/**
 * What the firmware offers to boot, from its variables `Boot0001`, `BootOrder` and `BootCurrent` in hexadecimal; null where none could be read.
 * The format of an entry is EFI_LOAD_OPTION of the UEFI specification.
 */
export function parseBootMenu(rows: readonly string[][]): BootMenu | null {
  const variables = new Map(rows.map(([name = '', hex = '']) => [name, bytesOf(hex).subarray(variableHead)]));
  if (variables.size === 0) return null;
  const order = idsOf(variables.get('BootOrder'));
  const place = ({ id }: BootEntry) => (order.includes(id) ? order.indexOf(id) : order.length);
  const entries = [...variables].flatMap(([name, value]) => {
    const id = /^Boot([0-9A-F]{4})$/.exec(name)?.[1];
    return id === undefined || value.length < 8 ? [] : [entryOf(id, value)];
  });
  return {
    entries: entries.toSorted((a, b) => place(a) - place(b) || a.id.localeCompare(b.id)),
    current: idsOf(variables.get('BootCurrent'))[0] ?? '',
  };
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(/\s+/g, ''), 'hex');
}

/** Numbers of 16 bits as the names of entries have them. */
function idsOf(value: Buffer | undefined): string[] {
  if (value === undefined) return [];
  return Array.from({ length: Math.floor(value.length / 2) }, (_, at) =>
    value
      .readUInt16LE(at * 2)
      .toString(16)
      .toUpperCase()
      .padStart(4, '0'),
  );
}

/** Attributes (4 bytes), length of the device path (2), its name in UTF-16 up to a zero, the device path. */
function entryOf(id: string, value: Buffer): BootEntry {
  const [name, end] = textAt(value, 6);
  const nodes = nodesOf(value.subarray(end, end + value.readUInt16LE(4)));
  const partition = nodes.find(({ kind }) => kind === 0x0401)?.data;
  const loader = nodes.find(({ kind }) => kind === 0x0404)?.data;
  return {
    id,
    name,
    active: (value.readUInt32LE(0) & activeFlag) !== 0,
    boots: bootsOf(nodes.map(({ kind }) => kind)),
    loader: loader ? textAt(loader, 0)[0] : '',
    // The signature is a GUID where the byte behind it says so.
    partition: partition && partition.length >= 38 && partition[37] === 2 ? guidOf(partition.subarray(20, 36)) : '',
  };
}

/** UTF-16 text from an offset on, and where what follows it begins. */
function textAt(value: Buffer, from: number): [text: string, end: number] {
  let end = from;
  while (end + 1 < value.length && value.readUInt16LE(end) !== 0) end += 2;
  return [value.toString('utf16le', from, end), end + 2];
}

interface Node {
  /** Type and subtype. */
  kind: number;
  data: Buffer;
}

/** A device path is a list of nodes of type, subtype, length (2 bytes) and data; one of type 7F ends it. */
function nodesOf(path: Buffer): Node[] {
  const nodes: Node[] = [];
  let at = 0;
  while (at + 4 <= path.length && path[at] !== 0x7f) {
    const length = path.readUInt16LE(at + 2);
    if (length < 4) break;
    nodes.push({ kind: path.readUInt16BE(at), data: path.subarray(at + 4, at + length) });
    at += length;
  }
  return nodes;
}

/** MAC and IP addresses, and URIs, are of the network; partitions, files, NVMe and SATA of a disk. */
function bootsOf(kinds: readonly number[]): BootEntry['boots'] {
  if (kinds.some((kind) => [0x030b, 0x030c, 0x030d, 0x0318].includes(kind))) return 'network';
  return kinds.some((kind) => [0x0401, 0x0317, 0x0312].includes(kind)) ? 'disk' : 'other';
}
