import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, text } from '../run.ts';
import { cached, type Progress, sources } from './cache.ts';
import { unpackDebs } from './debs.ts';
import { candidates, kernelRelease } from './packages.ts';
import { extractVmlinux } from './vmlinux.ts';

export interface Kernel {
  /** Such as `6.1.0-41-amd64`. */
  release: string;
  /** Root of the unpacked package: `lib/modules/<release>` is below it. */
  root: string;
  /** What a boot loader takes. */
  bzImage: string;
  /** ELF, for QEMU's `-kernel` (PVH). */
  vmlinux: string;
}

/** Where modules are taken from. */
type Modules = Pick<Kernel, 'release' | 'root'>;

/** Debian's full kernel, unpacked: the cloud flavour has no AHCI, e1000e and VFIO. */
export async function kernel(progress: Progress): Promise<Kernel> {
  const release = await kernelRelease();
  const name = `linux-image-${release}`;
  const folder = await cached(
    {
      name: 'kernel',
      inputs: [...(await candidates([name])), ...(await sources(import.meta.filename))],
      doing: `Debian's kernel ${release} (about 8 s)`,
      build: (target) => unpack(name, release, target),
    },
    progress,
  );
  const root = join(folder, 'root');
  return { release, root, bzImage: join(root, 'boot', `vmlinuz-${release}`), vmlinux: join(folder, 'vmlinux') };
}

/** Module files that the named modules need, relative to the kernel's root. Unknown and built-in names add nothing. */
async function moduleFiles({ root, release }: Modules, modules: readonly string[]): Promise<string[]> {
  const files = new Set<string>();
  for (const module of modules) {
    const plan = await text('modprobe', ['-d', root, '-S', release, '--show-depends', module]).catch(() => '');
    for (const [, file = ''] of plan.matchAll(/^insmod (\S+)/gm)) files.add(file.slice(root.length + 1));
  }
  return [...files].sort();
}

/** Copies modules with what they depend on into a guest's tree and indexes them there. Returns how many there are. */
export async function addModules(source: Modules, tree: string, modules: readonly string[]): Promise<number> {
  const files = await moduleFiles(source, modules);
  const base = join('lib/modules', source.release);
  const lists = ['modules.builtin', 'modules.order', 'modules.builtin.modinfo'].map((file) => join(base, file));
  await run('cp', ['--parents', ...files, ...lists, tree], { cwd: source.root });
  await run('depmod', ['-b', tree, source.release]);
  return files.length;
}

async function unpack(name: string, release: string, folder: string): Promise<void> {
  const root = join(folder, 'root');
  await unpackDebs([name], folder, root);
  // Without the index `modprobe --show-depends` finds nothing, and images would silently have no modules.
  await run('depmod', ['-b', root, release]);
  await extractVmlinux(join(root, 'boot', `vmlinuz-${release}`), join(folder, 'vmlinux'));
  await writeFile(join(folder, 'release'), `${release}\n`);
}
