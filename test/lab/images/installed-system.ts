import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GUEST_DIR } from '../paths.ts';
import { run, text } from '../run.ts';
import { busyboxTree } from './busybox-tree.ts';
import { packCpio } from './cpio.ts';
import { addModules, type Kernel } from './kernel.ts';

/** Size of the disk image in MiB: 1 MiB in front of the only partition. */
export const IMAGE_MIB = 33;
const PARTITION_MIB = IMAGE_MIB - 1;

const MODULES = ['nvme', 'ahci', 'sd_mod', 'vfat', 'nls_cp437', 'nls_ascii', 'nls_utf8', 'virtio_pci', 'virtio_net'];

// A kernel's warning in the middle of a line would spoil it.
const CMDLINE = 'console=tty0 console=ttyS0 quiet loglevel=0';

const SYSLINUX_CFG = `SERIAL 0 115200
DEFAULT x
PROMPT 0
TIMEOUT 1
LABEL x
 KERNEL /vmlinuz
 INITRD /initrd.gz
 APPEND ${CMDLINE}
`;

const GRUB_CFG = `set gfxpayload=keep
search --file --set=root /vmlinuz
linux /vmlinuz ${CMDLINE}
initrd /initrd.gz
boot
`;

/**
 * Writes `os.img` into the folder: the system that the mini installer puts on a disk. MBR with one FAT16 EFI system
 * partition; syslinux for BIOS, GRUB at the removable path for UEFI. Needs no loop device and no root.
 */
export async function buildInstalledSystem(linux: Kernel, rescueRoot: string, folder: string): Promise<string> {
  const initrd = join(folder, 'os-initrd.gz');
  await packInitrd(linux, rescueRoot, initrd, join(folder, 'os-tree'));
  const partition = join(folder, 'esp.img');
  await emptyFile(partition, PARTITION_MIB);
  await run('mkfs.vfat', ['-F', '16', '-n', 'XEPAOS', partition]);
  await fillPartition(partition, { linux, initrd, folder });
  await run('syslinux', ['--install', partition]);

  const image = join(folder, 'os.img');
  await emptyFile(image, IMAGE_MIB);
  await run('sfdisk', ['-q', image], { input: 'label: dos\nlabel-id: 0x58455041\nstart=2048, type=ef, bootable\n' });
  const dd = (args: readonly string[]) => run('dd', [...args, `of=${image}`, 'conv=notrunc', 'status=none']);
  await dd([`if=${partition}`, 'bs=1M', 'seek=1']);
  await dd(['if=/usr/lib/syslinux/mbr/mbr.bin', 'bs=440', 'count=1']);
  return image;
}

async function packInitrd(linux: Kernel, rescueRoot: string, target: string, tree: string): Promise<void> {
  await busyboxTree(tree, join(GUEST_DIR, 'installed-init.sh'));
  await writeFile(join(tree, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\n');
  await addDropbear(rescueRoot, tree);
  await addModules(linux, tree, MODULES);
  await packCpio(tree, target, { gzip: true });
}

// Another SSH server than the rescue's, so that a client can tell the two systems apart by more than a key.
async function addDropbear(rescueRoot: string, tree: string): Promise<void> {
  const dropbear = join(rescueRoot, 'usr/sbin/dropbear');
  const folders = ['lib/x86_64-linux-gnu', 'usr/lib/x86_64-linux-gnu'].map((folder) => join(rescueRoot, folder));
  const loader = join(rescueRoot, 'lib/x86_64-linux-gnu/ld-linux-x86-64.so.2');
  // The tree's own loader says which of the tree's own libraries the program takes.
  const list = await text(loader, ['--library-path', folders.join(':'), '--list', dropbear]);
  const libraries = [...list.matchAll(/=> (\S+) \(0x/g)].map(([, file = '']) => file);
  const target = join(tree, 'lib/x86_64-linux-gnu');
  await mkdir(target, { recursive: true });
  await mkdir(join(tree, 'lib64'), { recursive: true });
  await run('cp', ['-L', ...libraries, target]);
  await run('cp', ['-L', loader, join(tree, 'lib64')]);
  await run('cp', ['-L', dropbear, join(tree, 'bin')]);
}

async function fillPartition(
  partition: string,
  from: { linux: Kernel; initrd: string; folder: string },
): Promise<void> {
  const loader = join(from.folder, 'BOOTX64.EFI');
  const grubCfg = join(from.folder, 'grub-embedded.cfg');
  const syslinuxCfg = join(from.folder, 'syslinux.cfg');
  await writeFile(grubCfg, GRUB_CFG);
  await writeFile(syslinuxCfg, SYSLINUX_CFG);
  // The installer writes its own over it: a disk that says this was delivered with the server.
  const findings = join(from.folder, 'findings.txt');
  await writeFile(findings, 'ID=factory\n');
  const grubModules = [
    'part_msdos',
    'part_gpt',
    'fat',
    'search',
    'search_fs_file',
    'linux',
    'normal',
    'boot',
    'all_video',
  ];
  await run('grub-mkimage', ['-O', 'x86_64-efi', '-o', loader, '-c', grubCfg, '-p', '/EFI/BOOT', ...grubModules]);
  await run('mmd', ['-i', partition, '::/EFI', '::/EFI/BOOT']);
  const copies = [
    [loader, '::/EFI/BOOT/BOOTX64.EFI'],
    [from.linux.bzImage, '::/vmlinuz'],
    [from.initrd, '::/initrd.gz'],
    [syslinuxCfg, '::/syslinux.cfg'],
    [findings, '::/findings.txt'],
  ] as const;
  for (const [file, target] of copies) await run('mcopy', ['-i', partition, file, target]);
}

async function emptyFile(file: string, mib: number): Promise<void> {
  await writeFile(file, '');
  await truncate(file, mib * 2 ** 20);
}
