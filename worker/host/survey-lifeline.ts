import type { Nic, PciDevice } from '../../core/contracts/survey.ts';
import { firstLine, linesOf, rowsOf, type Sections } from './sections.ts';

/**
 * Names of the ports that carry our connection or the way back to us: where it ends, the default routes, and all that
 * these stand on; and of those over which the rescue system has mounted something, which may be its own root. Where only something virtual can be told (a tunnel, a switch in software), every real port counts as one of them.
 */
export function lifelineNames(
  sections: Sections,
  { nics, pci }: { nics: readonly Nic[]; pci: readonly PciDevice[] },
): Set<string> {
  const names = withLowers(nics, connectionNames(sections, nics));
  if (names.size === 0) return names;
  const real = nics.filter((nic) => nic.kind === 'physical');
  const known = real.some(({ name }) => names.has(name));
  for (const nic of real) if (!known || carriesOneOf(nic, { nics, pci, names })) names.add(nic.name);
  return names;
}

/** A virtual function hangs on its physical one: whoever gives that away cuts both. */
function carriesOneOf(
  nic: Nic,
  { nics, pci, names }: { nics: readonly Nic[]; pci: readonly PciDevice[]; names: ReadonlySet<string> },
): boolean {
  const carried = nics.filter(({ name }) => names.has(name)).map((other) => other.pci);
  return pci.some(
    (one) => one.physicalFunction !== null && one.physicalFunction === nic.pci && carried.includes(one.address),
  );
}

/** The interface that our connection ends at, those of the default routes, and those that lead back to us or to what the rescue system runs from. */
function connectionNames(sections: Sections, nics: readonly Nic[]): Set<string> {
  const [, , server = ''] = firstLine(sections, 'ssh').split(' ');
  const address = server
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d+\.)/i, '')
    .toLowerCase();
  const names = new Set<string>([...defaultRoutes4(sections), ...defaultRoutes6(sections)]);
  for (const nic of nics) if (nic.addresses.some((own) => own.toLowerCase() === address)) names.add(nic.name);
  for (const line of linesOf(sections, 'route-back')) {
    const [, back] = /\bdev (\S+)/.exec(line) ?? [];
    if (back) names.add(back);
  }
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
function withLowers(nics: readonly Nic[], names: ReadonlySet<string>): Set<string> {
  const reached = new Set(names);
  for (const name of reached) {
    const lowers = nics.find((nic) => nic.name === name)?.lowers ?? [];
    const members = nics.filter(({ master }) => master === name);
    for (const below of [...lowers, ...members.map((member) => member.name)]) reached.add(below);
  }
  return reached;
}
