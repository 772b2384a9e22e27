import { rowsOf, type Sections } from './sections.ts';

/**
 * The IPv4 gateway of the default route with the lowest metric, from /proc/net/route; null where there is none. The kernel
 * prints an address as one hexadecimal number in its own order of bytes, which on x86 is the last byte first.
 */
export function defaultGateway(sections: Sections): string | null {
  const routes = rowsOf(sections, 'routes4')
    .map((row) => row.map((field) => field.trim()))
    .filter(([, destination, gateway, , , , , mask]) => destination === none && mask === none && gateway !== none)
    .toSorted((a, b) => Number(a[6]) - Number(b[6]));
  const [, , gateway = ''] = routes[0] ?? [];
  const bytes = gateway.match(/[0-9A-F]{2}/gi) ?? [];
  return bytes.length === 4
    ? bytes
        .map((byte) => Number.parseInt(byte, 16))
        .toReversed()
        .join('.')
    : null;
}

const none = '00000000';
