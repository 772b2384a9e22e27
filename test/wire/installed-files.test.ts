import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../core/ssh/command.ts';
import { copyLoader } from '../../worker/host/boot-files.ts';
import { fixFiles } from '../../worker/host/fix-files.ts';
import { forgetKey } from '../../worker/host/forget-key.ts';
import type { FileFix } from '../../worker/host/installed-notes.ts';

/**
 * The scripts that write on an installed system, by real shells and tools. What they mount is a folder: `mount` copies it to the
 * place, `umount` copies it back, so that no right of root is needed and what is written can be seen.
 */
let home: string;
let disk: string;

const mount = '#!/bin/sh\nfor last; do :; done\n[ -d "$DISK" ] && cp -a "$DISK/." "$last/"\n';
const umount =
  '#!/bin/sh\nrm -rf "$DISK.new" && cp -a "$1" "$DISK.new" && rm -rf "$DISK" "$1"/* && mv "$DISK.new" "$DISK"\n';

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'xepa-installed-'));
  disk = join(home, 'disk');
  mkdirSync(join(home, 'bin'));
  mkdirSync(disk);
  for (const [name, text] of [
    ['mount', mount],
    ['umount', umount],
    ['modprobe', '#!/bin/sh\n'],
  ] as const) {
    writeFileSync(join(home, 'bin', name), text, { mode: 0o755 });
  }
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** @param tools a multi-call program whose tools go before those of this machine */
function run<T>(command: Command<T>, shell: string, tools?: string): T {
  const bin = join(home, 'bin');
  for (const name of tools ? ['awk', 'cp', 'mv', 'cmp', 'grep', 'mkdir', 'cat', 'chmod', 'readlink', 'mktemp'] : []) {
    if (!existsSync(join(bin, name)))
      writeFileSync(join(bin, name), `#!/bin/sh\nexec ${tools} ${name} "$@"\n`, { mode: 0o755 });
  }
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: home, DISK: disk };
  const done = spawnSync(shell, command.argv.slice(1), { input: command.stdin ?? '', encoding: 'utf8', env });
  expect([done.status, done.stderr]).toEqual([0, '']);
  return command.parse({ stdout: done.stdout, stderr: '', exitCode: 0 });
}

function put(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(disk, path)), { recursive: true });
  writeFileSync(join(disk, path), text, { mode });
}
const read = (path: string) => readFileSync(join(disk, path), 'utf8');

describe.each([
  ['dash', 'dash', undefined],
  ['bash', 'bash', undefined],
  ['dash with the tools of busybox', 'dash', 'busybox'],
])('by %s', (_what, shell, tools) => {
  it('copies a loader with its companions, and replaces nothing', () => {
    put('EFI/debian/shimx64.efi', 'shim');
    put('EFI/debian/grubx64.efi', 'grub');
    put('EFI/BOOT/grubx64.efi', 'somebody else’s');
    const copies = [
      { from: '/EFI/debian/grubx64.efi', to: '/EFI/BOOT/grubx64.efi' },
      { from: '/EFI/debian/shimx64.efi', to: '/EFI/BOOT/BOOTX64.EFI' },
    ];
    const choice = { partition: 'sda1', loader: '/EFI/debian/shimx64.efi', copies };
    expect(run(copyLoader(choice), shell, tools).map(({ state }) => state)).toEqual(['kept', 'written']);
    expect([read('EFI/BOOT/grubx64.efi'), read('EFI/BOOT/BOOTX64.EFI')]).toEqual(['somebody else’s', 'shim']);
    expect(run(copyLoader(choice), shell, tools).map(({ state }) => state)).toEqual(['kept', 'kept']);
  });

  it('stops at the first file that cannot be copied, so that no loader comes without what it loads', () => {
    put('EFI/debian/shimx64.efi', 'shim');
    const copies = [
      { from: '/EFI/debian/gone.efi', to: '/EFI/BOOT/grubx64.efi' },
      { from: '/EFI/debian/shimx64.efi', to: '/EFI/BOOT/BOOTX64.EFI' },
    ];
    expect(run(copyLoader({ partition: 'sda1', loader: '', copies }), shell, tools).map(({ state }) => state)).toEqual([
      'failed',
    ]);
    expect(existsSync(join(disk, 'EFI/BOOT/BOOTX64.EFI'))).toBe(false);
    expect(existsSync(join(disk, 'EFI/BOOT/grubx64.efi.NEW'))).toBe(false);
  });

  const change = (op: FileFix['op'], path: string, values: [string, string]): FileFix => ({
    ...{ kind: 'serial', partition: 'sda2', type: 'ext4', op, path, values },
  });
  const serial = (path: string) => change('console', path, ['console=tty0', 'console=ttyS1,115200']);

  it('changes what was asked for, keeps the mode, and once is enough', () => {
    put('etc/systemd/network/x', '');
    put('etc/fstab', '# /dev/sda2 / here\n/dev/sda2\t/  ext4 defaults 0 1\n/dev/sda22 /x ext4 d 0 2\n', 0o600);
    put('etc/default/grub', 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX="net.ifnames=0" \n');
    put('boot/grub/grub.cfg', '\tlinux\t/vmlinuz root=x ro\n\tlinux_x y\n\tinitrd /i\n');
    put('loader/entries/a.conf', 'title A\noptions root=x\n');
    put('etc/kernel/cmdline', 'root=x\n');
    const fixes = [
      change('link', 'etc/systemd/network/10-enp0s4.link', ['52:54:00:aa:00:01', 'enp0s4']),
      change('device', 'etc/fstab', ['/dev/sda2', 'UUID=u-2']),
      ...['etc/default/grub', 'boot/grub/grub.cfg', 'loader/entries/a.conf', 'etc/kernel/cmdline'].map(serial),
    ] as [FileFix, ...FileFix[]];
    expect(run(fixFiles(fixes), shell, tools).map(({ state }) => state)).toEqual(fixes.map(() => 'written'));
    expect(read('etc/systemd/network/10-enp0s4.link')).toBe(
      '[Match]\nMACAddress=52:54:00:aa:00:01\n\n[Link]\nName=enp0s4\n',
    );
    expect(read('etc/fstab')).toBe('# /dev/sda2 / here\nUUID=u-2\t/  ext4 defaults 0 1\n/dev/sda22 /x ext4 d 0 2\n');
    expect(statSync(join(disk, 'etc/fstab')).mode & 0o777).toBe(0o600);
    const words = 'console=tty0 console=ttyS1,115200';
    expect(read('etc/default/grub')).toBe(
      `GRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX="net.ifnames=0 ${words}"\n`,
    );
    expect(read('boot/grub/grub.cfg')).toBe(`\tlinux\t/vmlinuz root=x ro ${words}\n\tlinux_x y\n\tinitrd /i\n`);
    expect(read('loader/entries/a.conf')).toBe(`title A\noptions root=x ${words}\n`);
    expect(read('etc/kernel/cmdline')).toBe(`root=x ${words}\n`);
    expect(run(fixFiles(fixes), shell, tools).map(({ state }) => state)).toEqual(fixes.map(() => 'kept'));
  });

  it('follows no link of the installed system out of it', () => {
    const outside = join(home, 'outside');
    writeFileSync(outside, 'root=x\n');
    mkdirSync(join(disk, 'etc/kernel'), { recursive: true });
    symlinkSync(outside, join(disk, 'etc/kernel/cmdline'));
    symlinkSync(home, join(disk, 'etc/systemd'));
    const fixes = [
      serial('etc/kernel/cmdline'),
      change('link', 'etc/systemd/network/10-x.link', ['52:54:00:aa:00:01', 'x']),
    ] as [FileFix, ...FileFix[]];
    expect(run(fixFiles(fixes), shell, tools).map(({ state }) => state)).toEqual(['failed', 'failed']);
    expect(readFileSync(outside, 'utf8')).toBe('root=x\n');
    expect(existsSync(join(home, 'network'))).toBe(false);
  });

  it('says of each change that it failed where nothing can be mounted', () => {
    cpSync(disk, `${disk}.away`, { recursive: true });
    rmSync(disk, { recursive: true });
    expect(run(fixFiles([serial('etc/kernel/cmdline')]), shell, tools).map(({ state }) => state)).toEqual(['failed']);
  });

  it('takes our key out of what the rescue system lets in, and no other', () => {
    const file = join(home, '.ssh/authorized_keys');
    mkdirSync(dirname(file));
    writeFileSync(file, 'ssh-ed25519 AAAAours xepa-xe-1\nssh-ed25519 AAAAtheirs me\n', { mode: 0o600 });
    for (let time = 0; time < 2; time += 1) run(forgetKey('ssh-ed25519 AAAAours xepa-xe-1'), shell, tools);
    expect(readFileSync(file, 'utf8')).toBe('ssh-ed25519 AAAAtheirs me\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
