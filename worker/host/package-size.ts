import { sizeInWords } from './words.ts';

/** Bytes that packages take: what is downloaded first, and what is unpacked. */
export interface Size {
  download: number;
  installed: number;
}

/** Bytes that are free for them. A rescue system lives in memory, so its file system promises what memory has to keep. */
export interface Room {
  /** Null where the file system does not tell, as the first one of Linux does not. */
  disk: number | null;
  memory: number | null;
}

/** QEMU with its libraries, where a package manager does not say how large it is. */
const usual: Size = { download: 100e6, installed: 350e6 };
/** What it costs in memory where QEMU has to be added, in MiB: nothing of it can go to the VM. */
export const packagesMb = Math.ceil(usual.installed / (1024 * 1024));
/** Stays with the rescue system while it unpacks. */
const reserve = 128e6;

/** Bytes of memory that adding packages may take, before anything is known of them. */
export const packagesRoom = usual.download + usual.installed + reserve;

const units: Readonly<Record<string, number>> = {
  ...{ B: 1, kB: 1e3, MB: 1e6, GB: 1e9 },
  ...{ KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, k: 1024, M: 1024 ** 2, G: 1024 ** 3 },
};
const amount = '([\\d.,]+) ?(B|kB|MB|GB|KiB|MiB|GiB|k|M|G)';

/** How apt, dnf, zypper and pacman put it. */
const downloads = [
  'Need to get ',
  'Total download size: ',
  'Overall download size: ',
  'Package download size: +',
  'Total Download Size: +',
];
const installs = [
  'After this operation, ',
  'Installed size: ',
  'After the operation, additional ',
  'Package install size change:[\\s|]+',
  'Total Installed Size: +',
];

/** What a package manager said that it would do; null where it names no sizes, as apk does. */
export function parseSize(simulation: string): Size | null {
  const [download, installed] = [firstAmount(simulation, downloads), firstAmount(simulation, installs)];
  return download === null && installed === null ? null : { download: download ?? 0, installed: installed ?? 0 };
}

/**
 * @param df lines of `df -Pk`, the header first
 * @param memory a line `MemAvailable: N kB`
 */
export function parseRoom(df: readonly string[], memory: string): Room {
  const free = df
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, total]) => Number(total) > 0)
    .map(([, , , available]) => Number(available) * 1024)
    .filter(Number.isFinite);
  const kilobytes = Number.parseInt(memory.replace(/^\D+/, ''), 10);
  return {
    disk: free.length > 0 ? Math.min(...free) : null,
    memory: Number.isNaN(kilobytes) ? null : kilobytes * 1024,
  };
}

/** Why there is too little room for packages of that size, in a sentence; null where there is enough. */
export function roomObjection(size: Size | null, room: Room): string | null {
  const { download, installed } = size ?? usual;
  const needed = download + installed + reserve;
  const memory = room.memory ?? Number.POSITIVE_INFINITY;
  const disk = room.disk ?? Number.POSITIVE_INFINITY;
  const least = Math.min(memory, disk);
  const where = memory <= disk ? 'of memory' : 'on its file system, which is in memory';
  if (least >= needed) return null;
  return `The rescue system has ${sizeInWords(least)} free ${where}, and what it lacks takes ${sizeInWords(needed)}: ${sizeInWords(download)} to download, ${sizeInWords(installed)} to unpack, the rest to stay alive.`;
}

function firstAmount(text: string, places: readonly string[]): number | null {
  for (const place of places) {
    const [, digits, unit] = new RegExp(place + amount).exec(text) ?? [];
    if (digits !== undefined && unit !== undefined) return Number(digits.replaceAll(',', '')) * (units[unit] ?? 1);
  }
  return null;
}
