import type { InstalledPartition } from './installed.ts';
import type { BootEntry } from './nvram.ts';

/** Where UEFI firmware looks without a boot entry (UEFI specification, 3.5.1.1). */
export const removablePath = '/EFI/BOOT/BOOTX64.EFI';
const removableFolder = '/EFI/BOOT';

/** A file of a partition and where a copy of it goes. */
export interface LoaderCopy {
  from: string;
  to: string;
}

/** The loader of a partition that firmware would not find by itself. `copies`: what has to lie beside it comes first, the loader last. */
export interface LoaderChoice {
  partition: string;
  loader: string;
  copies: LoaderCopy[];
}

/** Best first: what a signed chain starts with, then loaders that find their configuration by themselves. */
const known = [
  /^\/efi\/[^/]+\/shimx64\.efi$/,
  /^\/efi\/microsoft\/boot\/bootmgfw\.efi$/,
  /^\/efi\/systemd\/systemd-bootx64\.efi$/,
  /^\/efi\/[^/]+\/grubx64\.efi$/,
  /^\/efi\/[^/]+\/(loader|refind_x64)\.efi$/,
] as const;

/**
 * What shim loads from its own folder, and where a GRUB of the Fedora family looks first. Never its fallback, `fbx64.efi`:
 * beside a shim at the removable path it would write boot entries into the server's firmware and restart it.
 */
const companions = ['grubx64.efi', 'mmx64.efi', 'grub.cfg'] as const;

/** The loader at the removable path, spelled as it is there; null where none is. */
export function loaderInPlace({ loaders }: Pick<InstalledPartition, 'loaders'>): string | null {
  return find(loaders, removablePath) ?? null;
}

/** Firmware that starts this loader runs shim's fallback, which adds boot entries and restarts the server once. */
export function restartsOnce(partition: Pick<InstalledPartition, 'loaders'>): boolean {
  return find(partition.loaders, `${removableFolder}/fbx64.efi`) !== undefined;
}

/**
 * The loader that should lie at the removable path of this partition: the one that the installer made a boot entry for, else
 * the best known. Null where one is there already, or none is known.
 * @param signed only a signed chain starts: shim before whatever the entry names
 */
export function chooseLoader(
  partition: Pick<InstalledPartition, 'name' | 'loaders'>,
  { entries, signed }: { entries: readonly BootEntry[]; signed: boolean },
): LoaderChoice | null {
  const { name, loaders } = partition;
  if (loaderInPlace(partition) !== null) return null;
  const [shim] = known.slice(0, 1).flatMap((pattern) => matching(loaders, pattern));
  const entered = entries.flatMap(({ path }) => (path === null ? [] : (find(loaders, path) ?? [])))[0];
  const best = known.flatMap((pattern) => matching(loaders, pattern))[0];
  const loader = (signed ? shim : undefined) ?? entered ?? best;
  return loader === undefined ? null : { partition: name, loader, copies: copiesOf(loader, loaders) };
}

function copiesOf(loader: string, loaders: readonly string[]): LoaderCopy[] {
  const folder = loader.slice(0, loader.lastIndexOf('/'));
  const file = loader.slice(folder.length + 1).toLowerCase();
  const wanted = file === 'shimx64.efi' ? companions : companions.slice(-1);
  const beside = /^(shim|grub)x64\.efi$/.test(file) ? wanted : [];
  return [
    ...beside.flatMap((name) => {
      const from = find(loaders, `${folder}/${name}`);
      return from === undefined ? [] : [{ from, to: `${removableFolder}/${name}` }];
    }),
    { from: loader, to: removablePath },
  ];
}

function matching(loaders: readonly string[], pattern: RegExp): string[] {
  return loaders.filter((path) => pattern.test(path.toLowerCase())).toSorted();
}

/** FAT knows no upper and lower case. */
function find(loaders: readonly string[], wanted: string): string | undefined {
  return loaders.find((path) => path.toLowerCase() === wanted.toLowerCase());
}
