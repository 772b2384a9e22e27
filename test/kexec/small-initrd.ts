import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { busyboxTree } from '../lab/images/busybox-tree.ts';
import { packCpio } from '../lab/images/cpio.ts';

/**
 * An initrd of busybox and one line that is process 1: a second start that goes wrong.
 * @param folder existing; the file is gone with it
 * @returns its path
 */
export async function smallInitrd(line: string, folder: string): Promise<string> {
  const work = await mkdtemp(join(folder, 'initrd-'));
  const [tree, init, file] = [join(work, 'tree'), join(work, 'init'), join(work, 'initrd.cpio')];
  await mkdir(tree);
  await writeFile(init, `#!/bin/sh\n${line}\n`);
  await busyboxTree(tree, init);
  await packCpio(tree, file);
  await rm(tree, { recursive: true });
  return file;
}
