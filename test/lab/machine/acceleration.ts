import { constants } from 'node:fs';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { busyboxTree } from '../images/busybox-tree.ts';
import { cached, type Progress, sources } from '../images/cache.ts';
import { packCpio } from '../images/cpio.ts';
import { attempt, text } from '../run.ts';
import type { Acceleration } from './argv.ts';

const PROBE_LIMIT_MS = 10_000;

const PROBE_INIT = `#!/bin/sh
echo USERSPACE-OK
poweroff -f
`;

/**
 * Can KVM run a stock guest on this host? A `/dev/kvm` proves nothing: in some cloud machines it opens, creates a VM and
 * then cannot run one. So a tiny system is booted with it, once per host kernel and QEMU; the answer is kept.
 */
export async function acceleration(vmlinux: string, progress: Progress): Promise<Acceleration> {
  const usable = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!usable) return 'tcg';
  const host = await text('uname', ['-a']);
  const qemu = await text('qemu-system-x86_64', ['--version']);
  const folder = await cached(
    {
      name: 'acceleration',
      inputs: [host, qemu, vmlinux, ...(await sources(import.meta.filename))],
      doing: 'trying whether KVM works here (at most 10 s)',
      build: (target) => probe(vmlinux, target),
    },
    progress,
  );
  return (await readFile(join(folder, 'answer'), 'utf8')) === 'kvm' ? 'kvm' : 'tcg';
}

async function probe(vmlinux: string, folder: string): Promise<void> {
  const init = join(folder, 'init');
  const tree = join(folder, 'tree');
  const initrd = join(folder, 'probe.cpio');
  await writeFile(init, PROBE_INIT);
  await mkdir(tree);
  await busyboxTree(tree, init);
  await packCpio(tree, initrd);
  const { stdout } = await attempt(
    'qemu-system-x86_64',
    [
      ...['-machine', 'q35', '-accel', 'kvm', '-cpu', 'host', '-m', '256', '-nodefaults', '-display', 'none'],
      ...['-serial', 'stdio', '-no-reboot', '-kernel', vmlinux, '-initrd', initrd],
      ...['-append', 'console=ttyS0 quiet panic=-1'],
    ],
    { limitMs: PROBE_LIMIT_MS },
  );
  await writeFile(join(folder, 'answer'), stdout.includes('USERSPACE-OK') ? 'kvm' : 'tcg');
}
