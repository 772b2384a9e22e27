/** A small disc image: files of a few kilobytes in its root, and a label by which installers know it. */
export interface DataDisc {
  /** At most 11 capital letters, digits and `_`: what every file system allows. */
  label: string;
  files: readonly { name: string; content: Uint8Array }[];
}

const SECTOR = 2048;
const SYSTEM_SECTORS = 16;
/** Two path tables for each of the two trees, a sector each. */
const TABLE_SECTORS = 4;
const ROOT_NAME = new Uint8Array(1);
const PARENT_NAME = new Uint8Array([1]);

/**
 * An ISO 9660 image (ECMA-119) with Joliet names beside it, since `user-data` is no name in plain ISO 9660: Linux, Windows and
 * the BSDs read these. Its bytes depend on nothing but what is in it.
 */
export function dataDisc({ label, files }: DataDisc): Buffer {
  const first = SYSTEM_SECTORS + 3 + TABLE_SECTORS;
  const roots = { plain: first, joliet: first + 1 };
  let next = first + 2;
  const placed = files.map(({ name, content }, index) => {
    const at = next;
    next += Math.max(1, Math.ceil(content.length / SECTOR));
    return { plain: ascii(plainName(name, index)), joliet: ucs2(name), at, content };
  });
  const image = Buffer.alloc(next * SECTOR);
  const put = (sector: number, bytes: Uint8Array) => image.set(bytes, sector * SECTOR);
  for (const [offset, kind] of [
    [0, 'plain'],
    [1, 'joliet'],
  ] as const) {
    const root = roots[kind];
    const tables = SYSTEM_SECTORS + 3 + 2 * offset;
    put(SYSTEM_SECTORS + offset, volumeDescriptor({ kind, label, sectors: next, root, tables }));
    put(tables, pathTable(root, 'little'));
    put(tables + 1, pathTable(root, 'big'));
    put(
      root,
      directory(
        root,
        placed.map((file) => ({ name: file[kind], at: file.at, size: file.content.length })),
      ),
    );
  }
  put(SYSTEM_SECTORS + 2, Buffer.concat([Buffer.from([255]), ascii('CD001'), Buffer.from([1])]));
  for (const { at, content } of placed) put(at, content);
  return image;
}

/** Files that only the Joliet tree is asked for have a number here. */
function plainName(name: string, index: number): string {
  const [, stem, end = ''] = /^([A-Z0-9_]{1,8})(?:\.([A-Z0-9_]{1,3}))?$/.exec(name.toUpperCase()) ?? [];
  return stem === undefined ? `FILE${index}.;1` : `${stem}.${end};1`;
}

function directory(root: number, files: readonly { name: Uint8Array; at: number; size: number }[]): Buffer {
  const sorted = files.toSorted((a, b) => Buffer.compare(a.name, b.name));
  const dots = [ROOT_NAME, PARENT_NAME].map((name) => record({ name, at: root, size: SECTOR, folder: true }));
  const bytes = Buffer.concat([...dots, ...sorted.map((file) => record({ ...file, folder: false }))]);
  if (bytes.length > SECTOR) throw new Error('a data disc holds as many files as one sector lists');
  return bytes;
}

/** ECMA-119, 9.1: a directory record. */
function record(entry: { name: Uint8Array; at: number; size: number; folder: boolean }): Buffer {
  const length = 33 + entry.name.length + ((entry.name.length + 1) % 2);
  const bytes = Buffer.alloc(length);
  bytes[0] = length;
  both32(bytes, 2, entry.at);
  both32(bytes, 10, entry.size);
  bytes.set([122, 1, 1], 18);
  bytes[25] = entry.folder ? 2 : 0;
  both16(bytes, 28, 1);
  bytes[32] = entry.name.length;
  bytes.set(entry.name, 33);
  return bytes;
}

/** ECMA-119, 9.4: the root directory alone. */
function pathTable(root: number, order: 'little' | 'big'): Buffer {
  const bytes = Buffer.alloc(10);
  bytes[0] = 1;
  if (order === 'little') bytes.writeUInt32LE(root, 2);
  else bytes.writeUInt32BE(root, 2);
  if (order === 'little') bytes.writeUInt16LE(1, 6);
  else bytes.writeUInt16BE(1, 6);
  return bytes;
}

/** ECMA-119, 8.4 and 8.5: the primary descriptor, and the supplementary one of Joliet, level 3. */
function volumeDescriptor(about: {
  kind: 'plain' | 'joliet';
  label: string;
  sectors: number;
  root: number;
  tables: number;
}): Buffer {
  const { kind, label, sectors, root, tables } = about;
  const bytes = Buffer.alloc(SECTOR);
  const joliet = kind === 'joliet';
  const blank = joliet
    ? (length: number) => ucs2(' '.repeat(length / 2))
    : (length: number) => ascii(' '.repeat(length));
  bytes[0] = joliet ? 2 : 1;
  bytes.set(ascii('CD001'), 1);
  bytes[6] = 1;
  bytes.set(blank(32), 8);
  bytes.set(joliet ? ucs2(label.padEnd(16)) : ascii(label.padEnd(32)), 40);
  both32(bytes, 80, sectors);
  if (joliet) bytes.set(ascii('%/E'), 88);
  both16(bytes, 120, 1);
  both16(bytes, 124, 1);
  both16(bytes, 128, SECTOR);
  both32(bytes, 132, 10);
  bytes.writeUInt32LE(tables, 140);
  bytes.writeUInt32BE(tables + 1, 148);
  bytes.set(record({ name: ROOT_NAME, at: root, size: SECTOR, folder: true }), 156);
  bytes.set(blank(622), 190);
  for (const at of [813, 830, 847, 864]) bytes.set(ascii(`${'0'.repeat(16)}\0`), at);
  bytes[881] = 1;
  return bytes;
}

function both16(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt16LE(value, at);
  bytes.writeUInt16BE(value, at + 2);
}

function both32(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt32LE(value, at);
  bytes.writeUInt32BE(value, at + 4);
}

function ascii(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function ucs2(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}
