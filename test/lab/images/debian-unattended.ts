import { appendFile, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GUEST_DIR } from '../paths.ts';
import { run } from '../run.ts';
import { cached, type Progress, sources, withBuildLock } from './cache.ts';
import { unpackInstaller } from './debian-installer.ts';
import { ISOLINUX_PACKAGES, isolinuxIso } from './isolinux-iso.ts';
import { candidates, suite } from './packages.ts';

/** What the installed system has: it boots by itself under any firmware, asks for a name and a password, and answers SSH. */
const SYSTEM = [
  ...['linux-image-amd64', 'initramfs-tools', 'zstd', 'grub-pc-bin', 'grub-efi-amd64-bin', 'grub2-common'],
  ...['systemd-sysv', 'udev', 'kmod', 'iproute2', 'openssh-server'],
  ...['e2fsprogs', 'dosfstools', 'fdisk', 'procps'],
];

/** Drivers that no server in the lab needs; without them a copy takes half the time. */
const UNUSED = ['gpu', 'media', 'net/wireless', 'infiniband', 'staging', 'iio', 'isdn', 'net/ethernet/mellanox'];

/** Drivers of the disks and of what is on the CD, which the installer would fetch from its download site. */
const MODULES = [
  'ahci',
  'sd_mod',
  'nvme',
  'sr_mod',
  'isofs',
  'loop',
  'squashfs',
  'ext4',
  'vfat',
  'efivarfs',
  'nls_cp437',
  'nls_ascii',
  'nls_iso8859-1',
];

/** Debian's installer with a whole Debian on its CD. */
export interface UnattendedDebian {
  /** A folder to serve, with the ISO in it. */
  folder: string;
  iso: string;
}

/**
 * An ISO from which Debian's own installer puts a Debian on a disk as soon as a preseed file tells it to, without a
 * network: kernel and initrd are Debian's, what goes on the disk is a squashfs of Debian's packages.
 */
export async function debianUnattended(progress: Progress): Promise<UnattendedDebian> {
  return withBuildLock(progress, async () => {
    const own = ['debian-installer.ts', 'isolinux-iso.ts', 'kernel.ts', 'debs.ts'];
    const files = [...own.map((file) => join(import.meta.dirname, file)), join(GUEST_DIR, 'debian-unattended.sh')];
    const packages = ['debian-installer-12-netboot-amd64', 'linux-image-amd64', ...ISOLINUX_PACKAGES];
    const inputs = [...(await candidates(packages)), ...(await sources(import.meta.filename, ...files))];
    const doing = 'ISO of an unattended Debian (two minutes, 250 MB to download)';
    const folder = await cached({ name: 'debian-unattended', inputs, doing, build }, progress);
    return { folder, iso: 'debian-unattended.iso' };
  });
}

async function build(folder: string): Promise<void> {
  const work = join(folder, 'work');
  const tree = join(work, 'iso');
  await mkdir(tree, { recursive: true });
  // One initrd, as on the ISOs of Debian: whoever boots it without the CD's loader finds it whole.
  const [initrd, modules] = await unpackInstaller({ work, tree, modules: MODULES });
  await appendFile(initrd, await readFile(modules));
  await rm(modules);
  await copyFile(join(GUEST_DIR, 'debian-unattended.sh'), join(tree, 'install.sh'));
  await packSystem(work, join(tree, 'base.squashfs'));
  const iso = { kernel: 'linux', initrds: ['initrd.gz'], volumeId: 'DEBIAN_AUTO', cmdline: 'quiet ---' };
  await isolinuxIso(tree, iso, join(folder, 'debian-unattended.iso'));
  await rm(work, { recursive: true });
}

async function packSystem(work: string, target: string): Promise<void> {
  const root = join(work, 'system');
  const excluded = UNUSED.map((path) => `--dpkgopt=path-exclude=/lib/modules/*/kernel/drivers/${path}/*`);
  const talk = ['doc', 'man', 'locale', 'info'].map((path) => `--dpkgopt=path-exclude=/usr/share/${path}/*`);
  await run('mmdebstrap', [
    ...['--quiet', '--mode=root', '--variant=minbase', `--include=${SYSTEM.join(',')}`, ...excluded, ...talk],
    ...['--aptopt=Acquire::Check-Valid-Until "false"', await suite(), root],
  ]);
  // Both a screen and a serial line, and no timer that a machine in emulation may lose.
  const line = 'console=tty0 console=ttyS0,115200 nohz=off highres=off';
  await writeFile(join(root, 'etc/default/grub'), `GRUB_TIMEOUT=1\nGRUB_CMDLINE_LINUX="${line}"\n`);
  await writeFile(join(root, 'etc/systemd/network/50-wired.network'), '[Match]\nType=ether\n\n[Network]\nDHCP=yes\n');
  await run('systemctl', ['--root', root, 'enable', 'systemd-networkd.service']);
  await run('mksquashfs', [
    root,
    target,
    '-comp',
    'zstd',
    '-Xcompression-level',
    '3',
    '-noappend',
    '-quiet',
    '-no-progress',
  ]);
}
