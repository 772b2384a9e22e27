import type { FixKind } from '../../core/contracts/fix.ts';
import { namedDevices } from './fstab-notes.ts';
import type { Installed, InstalledDisk, InstalledPartition } from './installed.ts';
import { namedPorts } from './network-notes.ts';
import { commandLineFiles, hasSerialConsole, serialConsoleOf } from './serial-notes.ts';

/** What the metal is like, as the rescue system sees it. */
export interface Metal {
  /** Names of its ports in the rescue system. */
  ports: readonly string[];
  /** MAC of the port that the installer had. */
  mac: string;
  /** The rescue system's own kernel command line. */
  cmdline: string;
}

/** One change of a file on an installed system. `op` as in scripts/fix-files.ts. Paths without a slash in front. */
export interface FileFix {
  kind: FixKind;
  partition: string;
  type: string;
  op: 'link' | 'device' | 'console';
  path: string;
  values: [string, string];
}

/** What is worth knowing, a sentence each without a full stop; and what could be done about it, if that was asked for. */
export interface Notes {
  notes: string[];
  fixes: FileFix[];
}

/** Kinds of content that XEPA does not look into: nothing in them can be checked. */
const closed: Readonly<Record<string, string>> = {
  LVM2_member: 'is a volume of LVM, which is not opened',
  crypto_LUKS:
    'is encrypted (LUKS), which is not opened: the system asks for its passphrase at the metal’s own console',
  BitLocker:
    'is encrypted by BitLocker: the metal has another TPM than the virtual machine, so it asks for the recovery key',
  zfs_member: 'belongs to a ZFS pool, which is not imported',
  linux_raid_member: 'is part of a software RAID, which is not assembled',
};

/** Judges what an installer left against the metal on which it is to start. */
export function judgeInstalled({ disks }: Pick<Installed, 'disks'>, metal: Metal): Notes {
  const partitions = disks.flatMap((disk) => disk.partitions);
  const found = partitions.map((partition) => aboutPartition(partition, { disks, metal }));
  return { notes: found.flatMap(({ notes }) => notes), fixes: found.flatMap(({ fixes }) => fixes) };
}

interface Scene {
  disks: readonly InstalledDisk[];
  metal: Metal;
}

function aboutPartition(partition: InstalledPartition, scene: Scene): Notes {
  const why = closed[partition.type];
  if (why !== undefined) return { notes: [`${partition.name} ${why}`], fixes: [] };
  const dark =
    partition.state === 'unreadable' ? [`${partition.name} (${partition.type}) could not be looked into`] : [];
  if (partition.state !== 'read') return { notes: dark, fixes: [] };
  const parts = [
    aboutNetwork(partition, scene.metal),
    aboutFstab(partition, scene),
    aboutSerial(partition, scene.metal),
  ];
  return { notes: parts.flatMap(({ notes }) => notes), fixes: parts.flatMap(({ fixes }) => fixes) };
}

/** A name that the rescue system gives to a port of the metal too is no trouble, unless it is one of those that only count. */
function aboutNetwork(partition: InstalledPartition, { ports, mac }: Metal): Notes {
  const named = namedPorts(partition).filter(({ name }) => /^eth\d/.test(name) || !ports.includes(name));
  const notes = named.map(
    ({ name, file }) =>
      `${partition.name}: ${file} sets up the port ${name}, a name that the virtual machine gave it; on the metal it may have another one`,
  );
  const [only, ...others] = named;
  // With several it is not known which of them the virtual machine had.
  if (!only || others.length > 0 || mac === '' || !/^[\w-]{1,15}$/.test(only.name)) return { notes, fixes: [] };
  const path = `etc/systemd/network/10-${only.name}.link`;
  return { notes, fixes: [fix(partition, { kind: 'network', op: 'link', path, values: [mac, only.name] })] };
}

function aboutFstab(partition: InstalledPartition, { disks }: Scene): Notes {
  const named = namedDevices(partition, disks);
  return {
    notes: named.map(
      ({ file, device }) => `${partition.name}: ${file} names ${device}, which may be called otherwise on the metal`,
    ),
    fixes: named.flatMap(({ device, uuid }) =>
      uuid === null
        ? []
        : [fix(partition, { kind: 'fstab', op: 'device', path: 'etc/fstab', values: [device, `UUID=${uuid}`] })],
    ),
  };
}

function aboutSerial(partition: InstalledPartition, { cmdline }: Metal): Notes {
  const port = serialConsoleOf(cmdline);
  const files = commandLineFiles(partition);
  if (port === null || files.length === 0 || hasSerialConsole(partition)) return { notes: [], fixes: [] };
  const note = `${partition.name}: the installed system writes to no serial port; the rescue system’s is ${port}`;
  return {
    notes: [note],
    fixes: files.map((path) =>
      fix(partition, { kind: 'serial', op: 'console', path, values: ['console=tty0', `console=${port}`] }),
    ),
  };
}

function fix({ name, type }: InstalledPartition, what: Omit<FileFix, 'partition' | 'type'>): FileFix {
  return { partition: name, type, ...what };
}
