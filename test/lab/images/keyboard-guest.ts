import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GUEST_DIR } from '../paths.ts';
import { run, text } from '../run.ts';
import { busyboxTree } from './busybox-tree.ts';
import { cached, type Progress, sources, withBuildLock } from './cache.ts';
import { packCpio } from './cpio.ts';
import { unpackDebs } from './debs.ts';
import { addModules, type Kernel, kernel } from './kernel.ts';
import { candidates } from './packages.ts';

/** Unpacked, never installed: `loadkeys`, Debian's compiler of keymaps with what it reads, and the older keymaps. */
const PACKAGES = ['kbd', 'console-setup', 'xkb-data', 'console-data'];

/** Keymaps as Debian's installer makes them, from the layouts of X11: xkb's name → file in the guest. */
const COMPILED = ['us', 'gb', 'de', 'fr', 'es'];

/** Keymaps of the Linux console's own, which Red Hat, Arch and Alpine load: other people wrote them. */
const OWN = ['qwertz/de-latin1', 'azerty/fr-latin9'];

export interface KeyboardGuest {
  vmlinux: string;
  initrd: string;
}

/** A system that says on a serial port what its keyboard gives: about 10 s the first time. */
export async function keyboardGuest(progress: Progress): Promise<KeyboardGuest> {
  return withBuildLock(progress, async () => {
    const linux = await kernel(progress);
    const init = join(GUEST_DIR, 'keyboard-init.sh');
    const folder = await cached(
      {
        name: 'keyboard',
        inputs: [linux.root, ...(await candidates(PACKAGES)), ...(await sources(import.meta.filename, init))],
        doing: 'guest that reads its keyboard (about 5 s)',
        build: (target) => build(linux, init, target),
      },
      progress,
    );
    return { vmlinux: linux.vmlinux, initrd: join(folder, 'keyboard.cpio') };
  });
}

async function build(linux: Kernel, init: string, folder: string): Promise<void> {
  const debian = join(folder, 'debian');
  await unpackDebs(PACKAGES, folder, debian);
  const tree = join(folder, 'tree');
  await mkdir(tree);
  await busyboxTree(tree, init);
  await addModules(linux, tree, ['i8042', 'atkbd']);
  await addLoadkeys(debian, tree);
  await addKeymaps(debian, join(tree, 'keymaps'));
  await packCpio(tree, join(folder, 'keyboard.cpio'));
  for (const work of [debian, tree]) await rm(work, { recursive: true });
}

/** With the libraries of this machine, which is of the same release. */
async function addLoadkeys(debian: string, tree: string): Promise<void> {
  const program = join(debian, 'bin/loadkeys');
  const needed = [...(await text('ldd', [program])).matchAll(/(\/\S+) \(0x/g)].map(([, file = '']) => file);
  await rm(join(tree, 'bin/loadkeys'), { force: true });
  await run('cp', ['-L', program, join(tree, 'bin')]);
  await run('cp', ['-L', '--parents', ...needed, tree]);
}

async function addKeymaps(debian: string, target: string): Promise<void> {
  await mkdir(target);
  const compiler = join(debian, 'usr/bin/ckbcomp');
  for (const layout of COMPILED) {
    const folder = join(debian, 'usr/share/X11/xkb');
    await writeFile(join(target, layout), await run('perl', [compiler, `-I${folder}`, '-layout', layout]));
  }
  const own = join(debian, 'usr/share/keymaps/i386');
  for (const keymap of OWN) await unpack(join(own, `${keymap}.kmap.gz`), join(target, basename(keymap)));
  // What they include by name is looked for beside them.
  for (const file of await readdir(join(own, 'include'))) {
    await unpack(join(own, 'include', file), join(target, basename(file, '.gz')));
  }
}

async function unpack(from: string, to: string): Promise<void> {
  await writeFile(to, gunzipSync(await readFile(from)));
}
