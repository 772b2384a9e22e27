import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GUEST_DIR } from '../paths.ts';
import { run } from '../run.ts';
import { cached, type Progress, sources } from './cache.ts';
import { packCpio } from './cpio.ts';
import { addModules, type Kernel } from './kernel.ts';
import { candidates, RESCUE_PACKAGES, suite } from './packages.ts';
import { finishRescueTree } from './rescue-tree.ts';

const MODULES = [
  ...[
    'vfio-pci',
    'vfio_iommu_type1',
    'vfio',
    'kvm',
    'kvm-amd',
    'kvm-intel',
    'nvme',
    'ahci',
    'sd_mod',
    'sr_mod',
    'isofs',
  ],
  ...[
    'virtio_pci',
    'virtio_net',
    'virtio_blk',
    'virtio_scsi',
    'e1000e',
    'e1000',
    'igb',
    'ixgbe',
    'loop',
    'tun',
    'bridge',
  ],
  ...['ext4', 'vfat', 'squashfs', 'overlay', 'nls_ascii', 'nls_cp437', 'nls_utf8', 'efivarfs', 'usbhid', 'xhci_pci'],
  ...['crc32c_intel', 'tpm_tis', 'bochs', 'raid1', 'dm_mod'],
];

/** A tree with fewer modules than this was not built from an indexed kernel: it would find no disk. */
const FEWEST_MODULES = 50;

/** Folder with Debian's packages unpacked, `root/` below it: about 370 MB. No maintainer script has run. */
export async function rescueRoot(progress: Progress): Promise<string> {
  const release = await suite();
  const folder = await cached(
    {
      name: 'rescue-root',
      inputs: [
        release,
        ...(await candidates(RESCUE_PACKAGES)),
        ...(await sources(join(import.meta.dirname, 'packages.ts'))),
      ],
      doing: 'packages of the rescue system, unpacked by mmdebstrap (10 to 25 s)',
      build: (target) => unpackPackages(release, join(target, 'root')),
    },
    progress,
  );
  return join(folder, 'root');
}

/**
 * The rescue system as an initrd, `rescue.cpio`, about 165 MB: not compressed, because emulated decompression costs
 * more than it saves.
 */
export async function rescueInitrd(linux: Kernel, progress: Progress): Promise<string> {
  const root = await rescueRoot(progress);
  const here = import.meta.dirname;
  const folder = await cached(
    {
      name: 'rescue',
      inputs: [
        ...[root, linux.root],
        ...(await sources(import.meta.filename, join(here, 'rescue-tree.ts'), join(GUEST_DIR, 'rescue-init.sh'))),
      ],
      doing: 'rescue initrd (about 3 s)',
      build: (target) => pack(linux, root, target),
    },
    progress,
  );
  return join(folder, 'rescue.cpio');
}

async function unpackPackages(release: string, root: string): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error('the rescue image needs root once (mmdebstrap): run `sudo npm run lab`, later runs need no root');
  }
  const settings = ['APT::Install-Recommends "false"', 'Acquire::Languages "none"', 'APT::Sandbox::User "root"'];
  await run('mmdebstrap', [
    ...['--variant=extract', '--mode=root', '--quiet'],
    ...settings.map((setting) => `--aptopt=${setting}`),
    `--include=${RESCUE_PACKAGES.join(',')}`,
    ...[release, root],
  ]);
}

async function pack(linux: Kernel, root: string, target: string): Promise<void> {
  const tree = join(target, 'tree');
  await run('cp', ['-a', root, tree]);
  await finishRescueTree(tree);
  const count = await addModules(linux, tree, MODULES);
  if (count < FEWEST_MODULES) throw new Error(`only ${count} kernel modules went into the rescue image`);
  await packCpio(tree, join(target, 'rescue.cpio'));
  await run('rm', ['-rf', tree]);
  await writeFile(join(target, 'modules'), `${count}\n`);
}
