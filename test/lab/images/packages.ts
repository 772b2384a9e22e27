import { attempt, run, text } from '../run.ts';

/** Debian packages that are unpacked into the rescue root, never installed on the host. */
export const RESCUE_PACKAGES = [
  ...[
    'base-files',
    'bash',
    'dash',
    'coreutils',
    'grep',
    'sed',
    'gawk',
    'util-linux',
    'mount',
    'findutils',
    'tar',
    'gzip',
  ],
  ...['procps', 'hostname', 'busybox-static', 'libc-bin', 'libnss-systemd', 'kmod', 'udev'],
  ...['openssh-client', 'openssh-server', 'openssh-sftp-server', 'curl', 'ca-certificates', 'iproute2', 'socat'],
  ...['qemu-system-x86', 'qemu-utils', 'ovmf', 'seabios', 'swtpm', 'nbdkit'],
  ...['pciutils', 'nvme-cli', 'ethtool', 'dmidecode', 'efibootmgr', 'sudo', 'kexec-tools'],
  // For the installed system: its sshd must not be the rescue's.
  'dropbear-bin',
] as const;

/** `name=version` of what apt would take now. Throws when apt knows none of it even after an update. */
export async function candidates(names: readonly string[]): Promise<string[]> {
  const known = await policy(names);
  if (known.length === names.length) return known;
  if (process.getuid?.() === 0) await run('apt-get', ['update', '-qq']);
  const again = await policy(names);
  if (again.length === names.length) return again;
  const found = new Set(again.map((entry) => entry.split('=')[0]));
  throw new Error(`apt knows no package ${names.filter((name) => !found.has(name)).join(', ')}: run apt-get update`);
}

/** Newest kernel flavour that `linux-image-amd64` stands for, such as `6.1.0-41-amd64`. */
export async function kernelRelease(): Promise<string> {
  const depends = await text('apt-cache', ['depends', 'linux-image-amd64']);
  const release = /Depends: linux-image-(\d\S*)/.exec(depends)?.[1];
  if (release === undefined) throw new Error('apt knows no kernel package: run apt-get update');
  return release;
}

/** Debian release name of this machine, such as `bookworm`. */
export async function suite(): Promise<string> {
  const name = /^VERSION_CODENAME=(\w+)/m.exec(await text('cat', ['/etc/os-release']))?.[1];
  if (name === undefined) throw new Error('/etc/os-release names no VERSION_CODENAME: the lab is made for Debian');
  return name;
}

async function policy(names: readonly string[]): Promise<string[]> {
  const { stdout } = await attempt('apt-cache', ['policy', ...names]);
  return [...stdout.toString().matchAll(/^(\S+):\n.*\n {2}Candidate: (?!\(none\))(\S+)/gm)].map(
    ([, name = '', version = '']) => `${name}=${version}`,
  );
}
