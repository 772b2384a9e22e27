import type { InstalledPartition } from './installed.ts';

/** A port that an installed system calls by a name, without saying by its MAC which one that is. */
export interface NamedPort {
  name: string;
  /** The file that names it. */
  file: string;
}

/** What `name` in it does not mean a port: loopback, and what is built on ports. */
const notPorts = /^(lo|any|default|all|bond|team|br|vlan|dummy|wg|tun|tap|veth|virbr|docker|vmbr|ovs|wl|ppp|ib)|[.:*?]/;
const mac = /([0-9a-f]{2}:){5}[0-9a-f]{2}/i;

/**
 * The ports that an installed system's network configuration calls by name. One whose name is tied to a MAC (netplan `match`,
 * NetworkManager `mac-address`, systemd `.link`, udev rule) is not among them: it is found on any machine.
 */
export function namedPorts({ files }: Pick<InstalledPartition, 'files'>): NamedPort[] {
  const tied = new Set([...files].flatMap(([file, lines]) => namesTied(file, lines)));
  const named = [...files].flatMap(([file, lines]) => namesIn(file, lines).map((name) => ({ name, file })));
  const ports = named.filter(({ name }) => !notPorts.test(name) && !tied.has(name));
  return ports.filter(({ name }, index) => ports.findIndex((other) => other.name === name) === index);
}

/** How each kind of file names a port. `byMac`: a MAC in it says which port is meant, whatever its name. */
const kinds: readonly { file: RegExp; byMac: boolean; names(lines: readonly string[]): string[] }[] = [
  {
    file: /etc\/network\/interfaces/,
    byMac: false,
    names: (lines) => capturesOf(lines, /^\s*iface\s+(\S+)\s+inet6?\s/),
  },
  { file: /etc\/netplan\//, byMac: true, names: netplanNames },
  { file: /\.network$/, byMac: true, names: (lines) => capturesOf(lines, /^\s*Name=(\S+)\s*$/) },
  { file: /\.nmconnection$/, byMac: true, names: (lines) => capturesOf(lines, /^interface-name=(\S+)$/) },
  { file: /\/ifcfg-[^/]+$/, byMac: true, names: (lines) => capturesOf(lines, /^\s*DEVICE="?([^"\s]+)"?\s*$/) },
];

function namesIn(path: string, lines: readonly string[]): string[] {
  const kind = kinds.find(({ file }) => file.test(path));
  if (!kind || (kind.byMac && lines.some((line) => mac.test(line)))) return [];
  return kind.names(lines);
}

/** Names that a `.link` file or a udev rule gives to a MAC. */
function namesTied(file: string, lines: readonly string[]): string[] {
  if (file.endsWith('.link') && lines.some((line) => mac.test(line))) return capturesOf(lines, /^\s*Name=(\S+)\s*$/);
  if (file.endsWith('70-persistent-net.rules')) return capturesOf(lines, /ATTR\{address\}.*\bNAME="([^"]+)"/);
  return [];
}

/** The keys right below `ethernets:`. */
function netplanNames(lines: readonly string[]): string[] {
  const start = lines.findIndex((line) => /^\s*ethernets:\s*$/.test(line));
  const below = start === -1 ? [] : lines.slice(start + 1);
  const depth = depthOf(lines[start] ?? '');
  const end = below.findIndex((line) => line.trim() !== '' && depthOf(line) <= depth);
  const inside = (end === -1 ? below : below.slice(0, end)).filter((line) => line.trim() !== '');
  const own = depthOf(inside[0] ?? '');
  return capturesOf(
    inside.filter((line) => depthOf(line) === own),
    /^\s*"?([\w.@-]+)"?:\s*$/,
  );
}

function depthOf(line: string): number {
  return line.length - line.trimStart().length;
}

function capturesOf(lines: readonly string[], pattern: RegExp): string[] {
  return lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);
}
