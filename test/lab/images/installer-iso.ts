import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GUEST_DIR } from '../paths.ts';
import { run } from '../run.ts';
import { busyboxTree } from './busybox-tree.ts';
import { cached, type Progress, sources } from './cache.ts';
import { packCpio } from './cpio.ts';
import { buildInstalledSystem, IMAGE_MIB } from './installed-system.ts';
import { ISOLINUX_PACKAGES, isolinuxIso } from './isolinux-iso.ts';
import { addModules, type Kernel } from './kernel.ts';
import { candidates } from './packages.ts';

/** Volume id of every mini installer; the installer refuses to run from anything else. */
const VOLUME_ID = 'XEPA_INSTALL';

const MODULES = [
  ...['nvme', 'ahci', 'sd_mod', 'sr_mod', 'isofs', 'vfat', 'nls_cp437', 'nls_ascii', 'e1000e', 'igb', 'ata_piix'],
  ...['virtio_pci', 'virtio_scsi', 'virtio_blk', 'usbhid', 'xhci_pci'],
];

interface Variant {
  file: string;
  /** `isolinux` boots on BIOS only and is small; `grub` boots on BIOS and UEFI. */
  loader: 'isolinux' | 'grub';
  cmdline: string;
}

/** The mini installers; `xepaid` comes back in INSTALLED-OS-OK and says which of them wrote the disk. */
export const VARIANTS = [
  { file: 'mini.iso', loader: 'isolinux', cmdline: 'xepaid=mini xepawait=8' },
  { file: 'mini-uefi.iso', loader: 'grub', cmdline: 'xepaid=mini-uefi xepawait=8' },
  { file: 'mini-ask.iso', loader: 'isolinux', cmdline: 'xepaid=mini-ask xepawait=8 xepaask' },
  { file: 'mini-stay.iso', loader: 'isolinux', cmdline: 'xepaid=mini-stay xepastay' },
  { file: 'mini-broken.iso', loader: 'isolinux', cmdline: 'xepaid=mini-broken xepawait=1 xepabroken' },
] as const satisfies readonly Variant[];

export type IsoName = (typeof VARIANTS)[number]['file'];

const BOOTS = { volumeId: VOLUME_ID, kernel: 'vmlinuz', initrds: ['initrd.gz'] };
const QUIET_SCREEN = 'console=ttyS0 console=tty0 quiet loglevel=0 vt.global_cursor_default=0';

/** Folder with every ISO of {@link VARIANTS} and the raw `os.img` that they write. */
export async function installerIsos(linux: Kernel, rescueRoot: string, progress: Progress): Promise<string> {
  const here = import.meta.dirname;
  const own = ['installed-system.ts', 'busybox-tree.ts', 'cpio.ts', 'isolinux-iso.ts'].map((file) => join(here, file));
  const guests = ['installer-init.sh', 'installed-init.sh'].map((file) => join(GUEST_DIR, file));
  return cached(
    {
      name: 'isos',
      inputs: [
        ...[linux.root, rescueRoot],
        ...(await candidates(['busybox-static', ...ISOLINUX_PACKAGES, 'grub-efi-amd64-bin'])),
        ...(await sources(import.meta.filename, ...own, ...guests)),
      ],
      doing: 'mini installer ISOs (about 5 s)',
      build: (folder) => build(linux, rescueRoot, folder),
    },
    progress,
  );
}

async function build(linux: Kernel, rescueRoot: string, folder: string): Promise<void> {
  const work = join(folder, 'work');
  await mkdir(work);
  const image = await buildInstalledSystem(linux, rescueRoot, work);
  const tree = join(work, 'installer-tree');
  await busyboxTree(tree, join(GUEST_DIR, 'installer-init.sh'));
  await addModules(linux, tree, MODULES);

  const payload = join(work, 'payload');
  await mkdir(payload);
  await packCpio(tree, join(payload, 'initrd.gz'), { gzip: true });
  await copyFile(linux.bzImage, join(payload, 'vmlinuz'));
  await run('bash', ['-c', 'gzip -1 -c "$1" > "$2"', 'gzip', image, join(payload, 'os.img.gz')]);
  const digest = createHash('md5')
    .update(await readFile(image))
    .digest('hex');
  await writeFile(join(payload, 'os.md5'), `${digest}\n`);
  await writeFile(join(payload, 'os.mib'), `${IMAGE_MIB}\n`);
  for (const variant of VARIANTS) await makeIso(variant, { work, payload, folder });
  await run('mv', [image, folder]);
  await run('rm', ['-rf', work]);
}

async function makeIso(variant: Variant, from: { work: string; payload: string; folder: string }): Promise<void> {
  const tree = join(from.work, variant.file.replace('.iso', ''));
  await run('cp', ['-r', from.payload, tree]);
  const target = join(from.folder, variant.file);
  const cmdline = `${QUIET_SCREEN} ${variant.cmdline}`;
  if (variant.loader === 'grub') await grubIso(tree, cmdline, target);
  else await isolinuxIso(tree, { ...BOOTS, cmdline }, target);
}

async function grubIso(tree: string, cmdline: string, target: string): Promise<void> {
  await mkdir(join(tree, 'boot/grub'), { recursive: true });
  await writeFile(
    join(tree, 'boot/grub/grub.cfg'),
    `insmod all_video\nset gfxpayload=keep\nset timeout=0\nlinux /vmlinuz ${cmdline}\ninitrd /initrd.gz\nboot\n`,
  );
  await run('grub-mkrescue', ['-o', target, tree, '--', '-volid', VOLUME_ID]);
}
