import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { forgetKernel, loadKernel, startKernel } from '../../worker/host/kexec.ts';
import { lookForKernels } from '../../worker/host/kexec-files.ts';
import { useSshScene } from '../support/ssh-scene.ts';

const scene = useSshScene();
const patience = { timeout: 15_000, interval: 100 };
const version = '6.1.0-56-amd64 (builder@host) #1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)';

/** As much of a boot image as tells what it is: the magic at 0x202, and at 0x20e where the version stands, counted from 0x200. */
function bootImage(): Buffer {
  const image = Buffer.alloc(20_000);
  image.write('HdrS', 0x202, 'latin1');
  image.writeUInt16LE(0x30f0, 0x20e);
  image.write(`${version}\0rest`, 0x200 + 0x30f0, 'latin1');
  return image;
}

/** The very scripts that run on a server, in the shells that servers have; `kexec` writes down what it was told. */
describe.each(['dash', 'busybox'])('on a server whose sh is %s', (sh) => {
  const path = (name: string) => join(scene.home, name);
  const told = () => readFile(path('told'), 'utf8').catch(() => '');

  beforeEach(async () => {
    await symlink(sh === 'busybox' ? '/bin/busybox' : '/bin/dash', path('sh'));
    await writeFile(path('kexec'), `#!/bin/sh\nprintf '%s\\n' "$@" >>${path('told')}\n`, { mode: 0o755 });
    await writeFile(path('kernel'), bootImage());
    await writeFile(path('initrd'), 'initrd');
  });

  it('a boot image is known by its own words, and whatever else is there is none', async () => {
    await writeFile(path('text'), 'HdrS');
    const look = await scene.shell.exec(lookForKernels([path('kernel'), path('text'), path('initrd'), path('none')]));
    const ours = look.kernels.filter((kernel) => kernel.path.startsWith(scene.home));
    expect(ours).toEqual([{ path: path('kernel'), bytes: 20_000, version }]);
    expect(look.release).not.toBe('');
    expect(look.build).toMatch(/^#/);
    expect(look.memoryBytes).toBeGreaterThan(0);
  });

  it('a command line arrives as it is, and only the kernel itself is believed that something is loaded', async () => {
    const cmdline = 'console=ttyS0 a="b c" $(touch x) \\n *';
    const files = { kernel: { path: path('kernel') }, initrd: { path: path('initrd') } };
    const { loaded } = await scene.shell.exec(loadKernel({ ...files, cmdline }, path('dir')));
    expect(loaded).toBe(false);
    expect((await told()).split('\n')).toEqual([
      ...['-a', '-l', path('kernel'), `--initrd=${path('initrd')}`, `--command-line=${cmdline}`, ''],
    ]);
  });

  it('a file with another checksum is not loaded', async () => {
    const sha256 = '0'.repeat(64);
    const files = { kernel: { path: path('kernel') }, initrd: { path: path('initrd'), sha256 } };
    const { loaded, said } = await scene.shell.exec(loadKernel({ ...files, cmdline: 'quiet' }, path('dir')));
    expect(loaded).toBe(false);
    expect(said).toMatch(/the checksum of .*initrd is [0-9a-f]{64}, and not 0{64}/);
    expect(await told()).toBe('');
  });

  it('what the tool says is told, and the older call is tried after the newer one', async () => {
    await writeFile(path('kexec'), `#!/bin/sh\necho "$1" >>${path('told')}\necho refused >&2\nexit 1\n`);
    const files = { kernel: { path: path('kernel') }, initrd: { path: path('initrd') } };
    const { said } = await scene.shell.exec(loadKernel({ ...files, cmdline: 'quiet' }, path('dir')));
    expect(said).toContain('refused');
    expect(await told()).toBe('-a\n-l\n');
  });

  it('a kernel is started once, and never under another boot than was meant', async () => {
    const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    await scene.shell.exec(startKernel('another', path('dir')));
    await expect(stat(path('dir'))).rejects.toThrow('ENOENT');
    await Promise.all([1, 2].map(() => scene.shell.exec(startKernel(bootId, path('dir')))));
    await scene.shell.exec(startKernel(bootId, path('dir')));
    await expect.poll(told, patience).toBe('-e\n');
    await scene.shell.exec(forgetKernel(path('dir')));
    expect(await told()).toBe('-e\n-u\n');
    await expect(stat(path('dir'))).rejects.toThrow('ENOENT');
  });
});
