import { chmod, copyFile, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from '../run.ts';

/** A root of nothing but busybox and the given script as `/init`. */
export async function busyboxTree(tree: string, init: string): Promise<void> {
  for (const folder of ['bin', 'proc', 'sys', 'dev', 'tmp', 'etc']) {
    await mkdir(join(tree, folder), { recursive: true });
  }
  await copyFile('/bin/busybox', join(tree, 'bin/busybox'));
  const applets = (await text('/bin/busybox', ['--list'])).trim().split('\n');
  for (const applet of applets.filter((name) => name !== 'busybox')) {
    await symlink('busybox', join(tree, 'bin', applet));
  }
  await copyFile(init, join(tree, 'init'));
  await chmod(join(tree, 'init'), 0o755);
}
