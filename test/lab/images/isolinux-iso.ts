import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run.ts';

const LOADERS = ['/usr/lib/ISOLINUX/isolinux.bin', '/usr/lib/syslinux/modules/bios/ldlinux.c32'];

/** Packages of this machine that go into such an ISO. */
export const ISOLINUX_PACKAGES = ['isolinux', 'syslinux', 'xorriso'] as const;

export interface IsolinuxIso {
  volumeId: string;
  /** Names in the tree. Several of `initrds` are loaded one behind the other, and the later ones win. */
  kernel: string;
  initrds: readonly string[];
  cmdline: string;
}

/** Makes an ISO of a tree that boots at once on BIOS; the tree gets the boot loader. */
export async function isolinuxIso(tree: string, iso: IsolinuxIso, target: string): Promise<void> {
  await mkdir(join(tree, 'isolinux'));
  await run('cp', [...LOADERS, join(tree, 'isolinux')]);
  const initrd = iso.initrds.map((name) => `/${name}`).join(',');
  await writeFile(
    join(tree, 'isolinux/isolinux.cfg'),
    `DEFAULT x\nPROMPT 0\nTIMEOUT 1\nLABEL x\n KERNEL /${iso.kernel}\n INITRD ${initrd}\n APPEND ${iso.cmdline}\n`,
  );
  await run('xorriso', [
    ...['-as', 'mkisofs', '-quiet', '-V', iso.volumeId, '-o', target],
    ...['-b', 'isolinux/isolinux.bin', '-c', 'isolinux/boot.cat'],
    ...['-no-emul-boot', '-boot-load-size', '4', '-boot-info-table', '-J', '-R', tree],
  ]);
}
