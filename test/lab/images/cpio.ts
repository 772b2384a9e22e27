import { run } from '../run.ts';

/** Packs a folder as an initramfs, everything owned by root. `gzip` for what goes through slow firmware or over a network. */
export async function packCpio(tree: string, target: string, options: { gzip?: boolean } = {}): Promise<void> {
  const pipe = options.gzip === true ? '| gzip -1' : '';
  const script = `find . -print0 | LC_ALL=C sort -z | cpio -0 -o -H newc -R 0:0 --quiet ${pipe} > "$1"`;
  await run('bash', ['-o', 'pipefail', '-c', script, 'pack', target], { cwd: tree });
}
