import { join } from 'node:path';
import { type Progress, withBuildLock } from './cache.ts';
import { type IsoName, installerIsos } from './installer-iso.ts';
import { kernel } from './kernel.ts';
import { rescueInitrd, rescueRoot } from './rescue.ts';

export interface LabImages {
  /** ELF kernel, for a PVH boot without firmware in between. */
  vmlinux: string;
  /** The same kernel for firmware that wants an EFI stub. */
  bzImage: string;
  rescueInitrd: string;
  /** Raw image of the system that the mini installer writes. */
  installedSystem: string;
  /** Folder of the mini installers. */
  isoFolder: string;
  /** Path of one of them. */
  iso: (name: IsoName) => string;
}

/** Everything that machines boot, from the cache in `.lab/cache` or built now: 25 to 45 s the first time. */
export async function buildImages(progress: Progress): Promise<LabImages> {
  return withBuildLock(progress, async () => {
    const linux = await kernel(progress);
    const rescue = await rescueInitrd(linux, progress);
    const isoFolder = await installerIsos(linux, await rescueRoot(progress), progress);
    return {
      vmlinux: linux.vmlinux,
      bzImage: linux.bzImage,
      rescueInitrd: rescue,
      installedSystem: join(isoFolder, 'os.img'),
      isoFolder,
      iso: (name) => join(isoFolder, name),
    };
  });
}
