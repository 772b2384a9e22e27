import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run.ts';
import { cached, type Progress, sources, withBuildLock } from './cache.ts';
import { packCpio } from './cpio.ts';
import { unpackDebs } from './debs.ts';
import { ISOLINUX_PACKAGES, isolinuxIso } from './isolinux-iso.ts';
import { addModules } from './kernel.ts';
import { candidates } from './packages.ts';

const PACKAGE = 'debian-installer-12-netboot-amd64';
const FILES = 'usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64';

/** What the edition for the network fetches from there later on: the drivers of the drive that it was started from. */
const CD_MODULES = ['ahci', 'sr_mod', 'isofs'];

/**
 * Text mode, so that what is on the screen can be read. No serial console: the dialogs would go there as well. Without
 * `norandmaps` the way to the first question takes half as long again in emulation.
 */
const CMDLINE = 'vga=normal fb=false nomodeset norandmaps quiet ---';

export const DEBIAN_VOLUME_ID = 'DEBIAN_DI';

export interface DebianInstaller {
  /** A folder to serve, with the ISO in it. */
  folder: string;
  iso: string;
}

/** Debian's own installer, a system that knows nothing of XEPA, as an ISO: kernel and initrd are those of the package. */
export async function debianInstaller(progress: Progress): Promise<DebianInstaller> {
  return withBuildLock(progress, async () => {
    const own = ['isolinux-iso.ts', 'kernel.ts', 'debs.ts'].map((file) => join(import.meta.dirname, file));
    const folder = await cached(
      {
        name: 'debian-installer',
        inputs: [
          ...(await candidates([PACKAGE, ...ISOLINUX_PACKAGES])),
          ...(await sources(import.meta.filename, ...own)),
        ],
        doing: "ISO of Debian's installer (about 15 s, 200 MB to download)",
        build,
      },
      progress,
    );
    return { folder, iso: 'debian-installer.iso' };
  });
}

async function build(folder: string): Promise<void> {
  const work = join(folder, 'work');
  const tree = join(work, 'iso');
  await mkdir(tree, { recursive: true });
  await unpackInstaller({ work, tree, modules: CD_MODULES });
  const iso = {
    kernel: 'linux',
    initrds: ['initrd.gz', 'cd-modules.gz'],
    volumeId: DEBIAN_VOLUME_ID,
    cmdline: CMDLINE,
  };
  await isolinuxIso(tree, iso, join(folder, 'debian-installer.iso'));
  await rm(work, { recursive: true });
}

/** Kernel and initrd of Debian's installer into `tree`, and a second initrd with more modules. @returns both initrds */
export async function unpackInstaller(to: {
  work: string;
  tree: string;
  modules: readonly string[];
}): Promise<[initrd: string, modules: string]> {
  const { work, tree, modules } = to;
  const debian = join(work, 'debian');
  await unpackDebs([PACKAGE], work, debian);
  await run('cp', [join(debian, FILES, 'linux'), join(debian, FILES, 'initrd.gz'), tree]);
  const [initrd, second] = [join(tree, 'initrd.gz'), join(tree, 'cd-modules.gz')];
  await packModules({ initrd, work, target: second, modules });
  return [initrd, second];
}

/** The modules from the package of the very kernel, and an index of all that are there then. */
async function packModules(task: {
  initrd: string;
  work: string;
  target: string;
  modules: readonly string[];
}): Promise<void> {
  const { initrd, work, target, modules } = task;
  const [all, more, root] = [join(work, 'all'), join(work, 'more'), join(work, 'kernel')];
  await mkdir(all);
  await mkdir(more);
  await run('bash', ['-c', 'gzip -dc "$1" | cpio -id --quiet "lib/modules/*"', 'cpio', initrd], { cwd: all });
  const [release = ''] = await readdir(join(all, 'lib/modules'));
  await unpackDebs([`linux-image-${release}`], work, root);
  await run('depmod', ['-b', root, release]);
  for (const tree of [all, more]) await addModules({ root, release }, tree, modules);
  const index = join('lib/modules', release);
  await run('bash', ['-c', 'cp "$1"/modules.* "$2"', 'cp', join(all, index), join(more, index)]);
  await packCpio(more, target, { gzip: true });
}
