import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GUEST_DIR } from '../paths.ts';
import { run, text } from '../run.ts';

/** Shell patterns, below the root: what a rescue system in RAM never uses. Half of the tree. */
const UNUSED = [
  'usr/share/{man,doc,locale,info,perl,perl5,zoneinfo,iso-codes,xml,lintian,bug,bash-completion,zsh,fish,common-licenses}',
  'usr/share/{dbus-1,polkit-1,i18n,pixmaps,icons,applications,vim,ovmf,AAVMF,metainfo,alsa,glib-2.0,qemu-kvm,mime,fonts}',
  'usr/share/{runit,initramfs-tools,base-files,doc-base,keyrings} usr/share/gstreamer*',
  'usr/lib/{ipxe,valgrind,systemd,tmpfiles.d,sysusers.d,sasl2,apt,init,dpkg,locale,kernel,pcrlock.d,firmware,modules}',
  'usr/lib/python3* usr/lib/x86_64-linux-gnu/{systemd,gconv,alsa-lib,krb5,sasl2,libnss3.so,libnssutil3.so}',
  'usr/lib/x86_64-linux-gnu/{perl,libperl,libicu,libpython,libsqlite3,gstreamer,libgstreamer}*',
  'usr/lib/x86_64-linux-gnu/qemu/{block,audio}-* lib/{systemd,init} lib/udev/hwdb.{d,bin}',
  'bin/{systemctl,journalctl,loginctl} bin/systemd* usr/{games,include,src} var/lib/{dpkg,apt,systemd} var/cache',
  'etc/{init.d,systemd,logrotate.d,default,apt} etc/rc*.d etc/cron*',
  'usr/bin/{qemu-system-i386,qemu-system-x86_64-microvm,qemu-storage-daemon,qemu-nbd,qemu-io,localedef,journalctl}',
  'usr/bin/{perl,systemd,apt,dpkg,gdb}* usr/libexec/qemu-system-i386 usr/sbin/{iconvconfig,zic,dropbear}',
  'usr/bin/{dropbear,dbclient}* usr/share/qemu/{skiboot.lid,QEMU,qemu_vga.ndrv} usr/share/qemu/*.dtb',
  'usr/share/qemu/{openbios-,u-boot,s390,palcode,slof,hppa,opensbi,vof,petalogix,edk2,npcm}*',
  'usr/share/OVMF/OVMF_CODE*ms* usr/share/OVMF/OVMF_CODE.*fd usr/share/OVMF/OVMF_VARS*snakeoil* usr/sbin/sudo_*',
] as const;

const PRUNE = `shopt -s nullglob; rm -rf ${UNUSED.join(' ')}
find . -name '*.a' -delete
find usr/share/qemu -name '*.rom' ! -name 'vgabios*' ! -name 'linuxboot*' ! -name 'kvmvapic*' ! -name 'efi-virtio*' ! -name 'pxe-virtio*' -delete`;

/** Accounts and settings that the packages' maintainer scripts would have made. No key of any kind is among them. */
const FILES: Readonly<Record<string, string>> = {
  'etc/passwd': [
    'root:x:0:0:root:/root:/bin/bash',
    'sshd:x:100:65534::/run/sshd:/usr/sbin/nologin',
    'nobody:x:65534:65534:nobody:/:/usr/sbin/nologin',
    'rescue:x:1000:1000::/home/rescue:/bin/bash',
    'ubuntu:x:1001:1001::/home/ubuntu:/bin/bash',
  ].join('\n'),
  'etc/shadow': 'root:*:19000:0:99999:7:::\nrescue:*:19000:0:99999:7:::\nubuntu:*:19000:0:99999:7:::',
  'etc/group':
    'root:x:0:\ntty:x:5:\ndisk:x:6:\ncdrom:x:24:\nkvm:x:104:\nnogroup:x:65534:\nrescue:x:1000:\nubuntu:x:1001:',
  'etc/hostname': 'rescue',
  'etc/hosts': '127.0.0.1 localhost rescue',
  'etc/nsswitch.conf': 'hosts: files dns\npasswd: files\ngroup: files',
  'etc/resolv.conf': 'nameserver 10.0.2.3',
  'etc/sudoers.d/rescue': 'rescue,ubuntu ALL=(ALL:ALL) NOPASSWD: ALL',
  'etc/pam.d/sudo': 'account required pam_permit.so\nsession required pam_permit.so',
  'etc/pam.d/other': 'account required pam_deny.so',
  'etc/ssh/sshd_config': [
    'Port 22',
    'HostKey /etc/ssh/ssh_host_ed25519_key',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'UsePAM no',
    'UseDNS no',
    'AllowStreamLocalForwarding yes',
    'Subsystem sftp /usr/lib/openssh/sftp-server',
  ].join('\n'),
};

const FOLDERS = [
  'root/.ssh',
  'home/rescue/.ssh',
  'home/ubuntu/.ssh',
  'etc/sudoers.d',
  'etc/pam.d',
  'run/sshd',
  'etc/ssh',
  'var/log',
  'var/tmp',
  'var/lib',
  'dev',
  'proc',
  'sys',
  'tmp',
  'run',
  'mnt',
];

/** Turns an unpacked Debian tree into the rescue system's root: smaller, with accounts, sshd settings and /init. */
export async function finishRescueTree(tree: string): Promise<void> {
  await run('bash', ['-c', PRUNE], { cwd: tree });
  for (const folder of FOLDERS) await mkdir(join(tree, folder), { recursive: true });
  for (const [file, content] of Object.entries(FILES)) await writeFile(join(tree, file), `${content}\n`);
  await chmod(join(tree, 'etc/shadow'), 0o640);
  await chmod(join(tree, 'root'), 0o700);
  await chmod(join(tree, 'root/.ssh'), 0o700);
  for (const user of ['rescue', 'ubuntu']) await chmod(join(tree, 'home', user, '.ssh'), 0o700);
  await chmod(join(tree, 'etc/sudoers.d/rescue'), 0o440);
  await chmod(join(tree, 'tmp'), 0o1777);
  await addPowerCommands(tree);
  await addApplets(tree);
  await copyFile(join(GUEST_DIR, 'rescue-init.sh'), join(tree, 'init'));
  await chmod(join(tree, 'init'), 0o755);
  await run('ldconfig', ['-r', tree]);
}

// There is no init to ask: `reboot` and `poweroff` are the system call.
async function addPowerCommands(tree: string): Promise<void> {
  for (const [name, applet] of [
    ['reboot', 'reboot'],
    ['poweroff', 'poweroff'],
    ['shutdown', 'poweroff'],
  ] as const) {
    const file = join(tree, 'usr/local/sbin', name);
    await mkdir(join(tree, 'usr/local/sbin'), { recursive: true });
    await writeFile(file, `#!/bin/sh\nsync\nexec /bin/busybox ${applet} -f\n`, { mode: 0o755 });
  }
}

// A busybox applet wherever there is no real tool of that name.
async function addApplets(tree: string): Promise<void> {
  const applets = (await text(join(tree, 'bin/busybox'), ['--list'])).trim().split('\n');
  const missing = applets.filter(
    (applet) => !['bin', 'sbin', 'usr/bin', 'usr/sbin'].some((dir) => existsSync(join(tree, dir, applet))),
  );
  for (const applet of missing) await symlink('/bin/busybox', join(tree, 'bin', applet));
}
