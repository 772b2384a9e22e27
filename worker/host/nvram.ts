import { readGuid } from './partition-table.ts';

/** A boot entry of UEFI firmware. `path`: the loader on its partition, with slashes; `partition`: its GUID, where it has one. */
export interface BootEntry {
  number: number;
  description: string;
  path: string | null;
  partition: string | null;
}

const globalVariable = '8be4df61-93ca-11d2-aa0d-00e098032b8c';
const authenticatedStore = 'aaf32c78-947b-439a-a180-2e144ec37792';
/** Bytes of the header of the store, and of each variable in it (EDK II, `VariableFormat.h`). */
const STORE_HEADER = 28;
const VARIABLE_HEADER = 60;
const START = 0x55aa;
/** The states of a variable that counts: added, and perhaps about to be replaced by one that is not there yet. */
const states = [0x3f, 0x3e];

/**
 * The boot entries that firmware in a virtual machine would try, first to last, as its variable store (OVMF's `VARS` file)
 * has them. What cannot be read as such a store has none.
 */
export function bootEntries(store: Buffer): BootEntry[] {
  const variables = variablesIn(store);
  const order = variables.get('BootOrder') ?? Buffer.alloc(0);
  const numbers = Array.from({ length: Math.floor(order.length / 2) }, (_none, index) => order.readUInt16LE(index * 2));
  return numbers.flatMap((number) => {
    const option = variables.get(`Boot${number.toString(16).toUpperCase().padStart(4, '0')}`);
    return option ? [parseOption(number, option)] : [];
  });
}

/** The global variables by name; the last one that counts wins. */
function variablesIn(store: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  let at = startOf(store);
  while (at !== null && at + VARIABLE_HEADER <= store.length && store.readUInt16LE(at) === START) {
    const [nameBytes, dataBytes] = [store.readUInt32LE(at + 36), store.readUInt32LE(at + 40)];
    const data = at + VARIABLE_HEADER + nameBytes;
    const end = data + dataBytes;
    if (end > store.length) break;
    if (states.includes(store.readUInt8(at + 2)) && readGuid(store, at + 44) === globalVariable) {
      found.set(textOf(store.subarray(at + VARIABLE_HEADER, data)), store.subarray(data, end));
    }
    at = (end + 3) & ~3;
  }
  return found;
}

/** Where the first variable is: behind the headers of the firmware volume and of the store. */
function startOf(store: Buffer): number | null {
  if (store.length < 256 || store.toString('latin1', 40, 44) !== '_FVH') return null;
  const header = store.readUInt16LE(48);
  if (header + STORE_HEADER > store.length || readGuid(store, header) !== authenticatedStore) return null;
  return header + STORE_HEADER;
}

/** `EFI_LOAD_OPTION`: attributes, length of the device path, description, device path. */
function parseOption(number: number, option: Buffer): BootEntry {
  const entry: BootEntry = { number, description: '', path: null, partition: null };
  if (option.length < 6) return entry;
  const pathBytes = option.readUInt16LE(4);
  const text = option.subarray(6);
  let units = 0;
  while (units * 2 + 2 <= text.length && text.readUInt16LE(units * 2) !== 0) units += 1;
  entry.description = textOf(text.subarray(0, units * 2));
  const from = 6 + units * 2 + 2;
  readPath(option.subarray(from, from + pathBytes), entry);
  return entry;
}

/** Nodes of a device path: a hard drive (4, 1) names the partition, a file path (4, 4) the loader. */
function readPath(path: Buffer, entry: BootEntry): void {
  let at = 0;
  while (at + 4 <= path.length) {
    const [type, subType, bytes] = [path.readUInt8(at), path.readUInt8(at + 1), path.readUInt16LE(at + 2)];
    if (bytes < 4 || at + bytes > path.length) return;
    const isGuid = bytes >= 42 && path.readUInt8(at + 41) === 2;
    if (type === 4 && subType === 1 && isGuid) entry.partition = readGuid(path, at + 24);
    if (type === 4 && subType === 4) {
      entry.path = `${entry.path ?? ''}${textOf(path.subarray(at + 4, at + bytes)).replaceAll('\\', '/')}`;
    }
    at += bytes;
  }
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf16le').replace(/\0.*$/s, '');
}
