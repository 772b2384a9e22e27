import type { NicAddress, Route } from '../../core/contracts/routes.ts';
import { linesOf, rowsOf, type Sections } from './sections.ts';

const routeUp = 0x1;
const routeReject = 0x200;
const routeCache = 0x0100_0000;
const routeLocal = 0x8000_0000;

/** Lines of `ip -o addr`, the same from iproute2 and busybox: `4: eth0    inet 192.0.2.2/24 brd … scope global dynamic eth0\…`. */
export function addressesByName(sections: Sections): Map<string, NicAddress[]> {
  const found = new Map<string, NicAddress[]>();
  for (const line of linesOf(sections, 'addresses')) {
    const match = /^\d+: ([^\s@]+)\S*\s+inet6? ([0-9a-fA-F.:]+)(?: peer [0-9a-fA-F.:]+)?(?:\/(\d+))?(.*)$/.exec(line);
    const [, name, address, prefix, rest = ''] = match ?? [];
    if (!name || !address) continue;
    const scope = /\bscope (\S+)/.exec(rest)?.[1] ?? '';
    const entry = {
      address,
      prefix: Number(prefix ?? (address.includes(':') ? 128 : 32)),
      scope,
      dynamic: /\bdynamic\b/.test(rest),
    };
    found.set(name, [...(found.get(name) ?? []), entry]);
  }
  return found;
}

/** Routes of the main table, without those that the kernel keeps for itself: broadcast, multicast, link-local, its own addresses. */
export function parseRoutes(sections: Sections): Route[] {
  return [...routes4(sections), ...routes6(sections)];
}

/** Rows of /proc/net/route: addresses are hexadecimal in the order of the processor. */
function routes4(sections: Sections): Route[] {
  return rowsOf(sections, 'routes4').flatMap((row) => {
    const [nic = '', to = '', via = '', flags = '', , , metric = '', mask = ''] = row.map((field) => field.trim());
    if (!/^[0-9A-F]{8}$/i.test(to) || !isUsable(Number.parseInt(flags, 16))) return [];
    const prefix = bitsOf(mask);
    const network = prefix === 0 ? 'default' : `${dotted(to)}/${prefix}`;
    return [{ family: 4 as const, to: network, via: nullIfZero(via, dotted), nic, metric: Number(metric) || 0 }];
  });
}

/** Lines of /proc/net/ipv6_route: network, its length, source, its length, next hop, metric, use, …, flags, interface. */
function routes6(sections: Sections): Route[] {
  return linesOf(sections, 'routes6').flatMap((line) => {
    const [to = '', length = '', , , via = '', metric = '', , , flags = '', nic = ''] = line.trim().split(/\s+/);
    if (nic === 'lo' || /^f[ef]/.test(to) || !isUsable(Number.parseInt(flags, 16))) return [];
    const prefix = Number.parseInt(length, 16);
    const network = prefix === 0 ? 'default' : `${colons(to)}/${prefix}`;
    const hop = nullIfZero(via, colons);
    return [{ family: 6 as const, to: network, via: hop, nic, metric: Number.parseInt(metric, 16) || 0 }];
  });
}

function isUsable(flags: number): boolean {
  const has = (flag: number) => (flags & flag) !== 0;
  return has(routeUp) && !has(routeReject) && !has(routeCache) && !has(routeLocal);
}

function nullIfZero(hex: string, format: (hex: string) => string): string | null {
  return /^0*$/.test(hex) ? null : format(hex);
}

function dotted(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  return bytes
    .toReversed()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
}

function bitsOf(mask: string): number {
  return Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length;
}

/** The shortest way to write it, as RFC 5952 has it. */
function colons(hex: string): string {
  const groups = hex.match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** Lines `nameserver ADDRESS`, without the resolver of the rescue system itself. */
export function parseNameservers(sections: Sections): string[] {
  const found = linesOf(sections, 'nameservers').map((line) => line.trim().split(/\s+/)[1] ?? '');
  return [...new Set(found.filter((address) => address !== '' && !/^(127\.|::1$)/.test(address)))];
}
