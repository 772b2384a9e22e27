import type { Nic } from '../../core/contracts/survey.ts';
import { pciOfPath } from './pci.ts';
import { firstLine, linesOf, rowsOf, type Sections } from './sections.ts';

interface Link {
  nic: Nic;
  lowers: readonly string[];
}

/** Network interfaces with their addresses, and which of them carry our connection or the way back to us. */
export function parseNics(sections: Sections): Nic[] {
  const addresses = addressesByName(sections);
  const links = rowsOf(sections, 'nics').map((row) => toLink(row, addresses));
  const lifelines = withLowers(links, lifelineNames(sections, links));
  return links.map(({ nic }) => ({ ...nic, lifeline: lifelines.has(nic.name) }));
}

function toLink(row: readonly string[], addresses: ReadonlyMap<string, string[]>): Link {
  const [name = '', mac = '', permanent = '', device = '', driver = '', carrier = '', lowers = ''] = row;
  return {
    nic: {
      name,
      mac: (isMac(permanent) ? permanent : mac).toLowerCase(),
      pci: pciOfPath(device),
      driver: driver === '' ? null : driver,
      carrier: carrier === '1',
      addresses: addresses.get(name) ?? [],
      lifeline: false,
    },
    lowers: lowers.split(' ').filter((lower) => lower !== ''),
  };
}

function isMac(text: string): boolean {
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text) && text !== '00:00:00:00:00:00';
}

/** Lines of `ip -o addr`, the same from iproute2 and busybox: `4: eth0    inet 192.0.2.2/24 ...`. */
function addressesByName(sections: Sections): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of linesOf(sections, 'addresses')) {
    const match = /^\d+: ([^\s@]+)\S*\s+inet6? ([0-9a-fA-F.:]+)/.exec(line);
    if (!match?.[1] || !match[2]) continue;
    found.set(match[1], [...(found.get(match[1]) ?? []), match[2]]);
  }
  return found;
}

/** The interface that our connection ends at, those of the default routes, and the one that leads back to us. */
function lifelineNames(sections: Sections, links: readonly Link[]): Set<string> {
  const [, , server = ''] = firstLine(sections, 'ssh').split(' ');
  const address = server
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d+\.)/i, '')
    .toLowerCase();
  const names = new Set<string>([...defaultRoutes4(sections), ...defaultRoutes6(sections)]);
  for (const { nic } of links) if (nic.addresses.some((own) => own.toLowerCase() === address)) names.add(nic.name);
  const back = /\bdev (\S+)/.exec(firstLine(sections, 'route-back'))?.[1];
  if (back) names.add(back);
  return names;
}

/** /proc/net/route: destination and mask are hexadecimal, all zeros for the default route. */
function defaultRoutes4(sections: Sections): string[] {
  return rowsOf(sections, 'routes4')
    .filter((row) => row[1]?.trim() === '00000000' && row[7]?.trim() === '00000000')
    .map((row) => row[0]?.trim() ?? '');
}

/** /proc/net/ipv6_route: the kernel's own unreachable default is on `lo`. */
function defaultRoutes6(sections: Sections): string[] {
  return linesOf(sections, 'routes6')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => /^0{32}$/.test(fields[0] ?? '') && fields[1] === '00' && fields[9] !== 'lo')
    .map((fields) => fields[9] ?? '');
}

/** Whoever gives away a port under a bond, bridge or VLAN gives away the bond, bridge or VLAN. */
function withLowers(links: readonly Link[], names: ReadonlySet<string>): Set<string> {
  const reached = new Set(names);
  for (const name of reached) {
    for (const lower of links.find(({ nic }) => nic.name === name)?.lowers ?? []) reached.add(lower);
  }
  return reached;
}
