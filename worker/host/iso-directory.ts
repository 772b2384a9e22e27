/** A file or folder of an ISO 9660 image; `at` in sectors of 2,048 bytes, `size` in bytes. */
export interface IsoEntry {
  name: string;
  folder: boolean;
  at: number;
  size: number;
}

const sector = 2048;
const shortestRecord = 34;
const folderFlag = 2;
const continuedFlag = 0x80;

/** The root directory, from the primary volume descriptor in sector 16. */
export function isoRoot(descriptor: Uint8Array): IsoEntry {
  return { ...recordAt(descriptor, 156), name: '' };
}

/**
 * What a directory holds: by its Rock Ridge names where there are any (IEEE P1282, NM), else by those of ISO 9660 without
 * their version. Files in several extents, which only those above 4 GiB are, are left out.
 */
export function isoEntries(directory: Uint8Array): IsoEntry[] {
  const found: IsoEntry[] = [];
  let at = 0;
  while (at < directory.length) {
    const bytes = directory.subarray(at, at + (directory[at] ?? 0));
    if (isWholeFile(bytes)) found.push(recordAt(bytes, 0));
    // No record crosses the end of a sector: what is left of one is zeros.
    at = bytes.length > 0 ? at + bytes.length : (Math.floor(at / sector) + 1) * sector;
  }
  return found;
}

/** Neither a folder's entry for itself or its parent, nor a part of a file. */
function isWholeFile(bytes: Uint8Array): boolean {
  if (bytes.length < shortestRecord) return false;
  const itself = bytes[32] === 1 && (bytes[33] ?? 0) <= 1;
  return !itself && ((bytes[25] ?? 0) & continuedFlag) === 0;
}

/** Names are compared as those of ISO 9660 are: without regard to case. */
export function entryNamed(entries: readonly IsoEntry[], name: string): IsoEntry | undefined {
  return entries.find((entry) => entry.name.toLowerCase() === name.toLowerCase());
}

function recordAt(bytes: Uint8Array, offset: number): IsoEntry {
  const record = bytes.subarray(offset);
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const nameLength = record[32] ?? 0;
  const plain = latin1(record.subarray(33, 33 + nameLength));
  const systemUse = record.subarray(33 + nameLength + ((nameLength + 1) % 2), record[0]);
  return {
    name: rockRidgeName(systemUse) ?? plain.replace(/;\d+$/, '').replace(/\.$/, ''),
    folder: ((record[25] ?? 0) & folderFlag) !== 0,
    at: view.getUint32(2, true),
    size: view.getUint32(10, true),
  };
}

/** Fields of the system use area: two letters, length, version, then for NM flags and a part of the name. */
function rockRidgeName(area: Uint8Array): string | null {
  let name: string | null = null;
  for (let at = 0; at + 4 <= area.length; ) {
    const length = area[at + 2] ?? 0;
    if (length < 4) break;
    if (latin1(area.subarray(at, at + 2)) === 'NM') name = (name ?? '') + latin1(area.subarray(at + 5, at + length));
    at += length;
  }
  return name;
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}
