import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, sources, withBuildLock } from '../lab/images/cache.ts';
import { candidates } from '../lab/images/packages.ts';
import { run } from '../lab/run.ts';

/** Under UEFI the firmware copies the screen to the serial port by itself. */
const CONFIG = `if [ "$grub_platform" = pc ]; then serial; terminal_output serial console; fi\n`;

/** GRUB's rescue CD as its own tool makes it, for BIOS and UEFI. All that is ours on it says where its words go. */
export async function grubDisc(): Promise<{ folder: string; iso: string }> {
  const silent = () => undefined;
  const iso = 'grub-rescue.iso';
  const folder = await withBuildLock(silent, async () =>
    cached(
      {
        name: 'grub-disc',
        inputs: [
          ...(await candidates(['grub-common', 'grub-pc-bin', 'grub-efi-amd64-bin', 'xorriso'])),
          ...(await sources(import.meta.filename)),
        ],
        doing: "GRUB's rescue CD (about 2 s)",
        async build(target) {
          const tree = join(target, 'tree');
          await mkdir(join(tree, 'boot/grub'), { recursive: true });
          await writeFile(join(tree, 'boot/grub/grub.cfg'), CONFIG);
          await run('grub-mkrescue', ['-o', join(target, iso), tree, '--', '-volid', 'GRUB_RESCUE']);
        },
      },
      silent,
    ),
  );
  return { folder, iso };
}
