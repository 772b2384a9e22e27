import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, type Progress, sources } from '../lab/images/cache.ts';
import { packCpio } from '../lab/images/cpio.ts';
import { addModules, type Kernel } from '../lab/images/kernel.ts';
import { candidates, suite } from '../lab/images/packages.ts';
import { run } from '../lab/run.ts';

/** Debian packages of a rescue system with every tool that builds something on disks. Unpacked, never installed on the host. */
const PACKAGES = [
  ...[
    'base-files',
    'bash',
    'dash',
    'coreutils',
    'grep',
    'sed',
    'gawk',
    'findutils',
    'procps',
    'busybox-static',
    'gzip',
  ],
  ...['libc-bin', 'kmod', 'udev', 'util-linux', 'mount', 'fdisk', 'iproute2', 'socat', 'e2fsprogs'],
  ...['mdadm', 'lvm2', 'dmeventd', 'dmsetup', 'thin-provisioning-tools', 'cryptsetup-bin', 'multipath-tools', 'kpartx'],
  'bcache-tools',
];

const MODULES = [
  ...['nvme', 'sd_mod', 'virtio_pci', 'virtio_scsi', 'e1000', 'loop', 'ext4', 'raid1', 'raid10', 'bcache'],
  ...['dm_mod', 'dm_crypt', 'dm_mirror', 'dm_snapshot', 'dm_raid', 'dm_thin_pool', 'dm_cache', 'dm_cache_smq'],
  ...['dm_writecache', 'dm_integrity', 'dm_multipath', 'dm_round_robin', 'dm_service_time', 'scsi_dh_alua'],
  ...['crc32c_intel', 'crc32c_generic', 'xts', 'ecb', 'aesni_intel', 'af_alg', 'algif_skcipher', 'authenc', 'hmac'],
];

/** What nobody reads in a guest of two minutes. */
const UNUSED = [
  'usr/share/{man,doc,locale,info,perl,perl5,zoneinfo,lintian,bug,bash-completion,common-licenses,initramfs-tools}',
  'usr/lib/python3* usr/lib/x86_64-linux-gnu/{perl*,gconv} usr/bin/{perl,dpkg,apt,localedef}* var/{lib/dpkg,cache}',
];

/** The small server as an initrd, about 150 MB. */
export async function stackInitrd(linux: Kernel, progress: Progress): Promise<string> {
  const release = await suite();
  const init = join(import.meta.dirname, 'guest-init.sh');
  const folder = await cached(
    {
      name: 'stack',
      inputs: [release, linux.root, ...(await candidates(PACKAGES)), ...(await sources(import.meta.filename, init))],
      doing: 'a small server with the tools of LVM, md, multipath and bcache (about 20 s)',
      build: (target) => pack({ linux, release, init }, target),
    },
    progress,
  );
  return join(folder, 'stack.cpio');
}

async function pack(from: { linux: Kernel; release: string; init: string }, target: string): Promise<void> {
  const tree = join(target, 'tree');
  const settings = ['APT::Install-Recommends "false"', 'Acquire::Languages "none"', 'APT::Sandbox::User "root"'];
  await run('mmdebstrap', [
    ...['--variant=extract', '--mode=root', '--quiet'],
    ...settings.map((setting) => `--aptopt=${setting}`),
    ...[`--include=${PACKAGES.join(',')}`, from.release, tree],
  ]);
  await run('bash', ['-c', `rm -rf ${UNUSED.join(' ')}`], { cwd: tree });
  for (const folder of ['dev', 'proc', 'sys', 'run', 'tmp']) await mkdir(join(tree, folder), { recursive: true });
  await copyFile(from.init, join(tree, 'init'));
  await addModules(from.linux, tree, MODULES);
  await run('chmod', ['755', join(tree, 'init')]);
  await run('ldconfig', ['-r', tree]);
  await packCpio(tree, join(target, 'stack.cpio'));
  await rm(tree, { recursive: true });
}
