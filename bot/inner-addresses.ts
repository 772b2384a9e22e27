import { BlockList, isIP } from 'node:net';

/** Where an IP address leads from here: to this machine or its link, into a private network, or out into the world. */
export type Whereabouts = 'own' | 'private' | 'public';

/** This machine, its link, groups of machines, and what is reserved. */
const ownRanges = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4'];
/** Where Alibaba, Azure and Oracle answer with a machine's own credentials or settings, beside 169.254.169.254. */
const cloudRanges = ['100.100.100.200/32', '168.63.129.16/32', '192.0.0.192/32'];
const privateRanges = [
  ...['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.168.0.0/16', '198.18.0.0/15'],
];
/** `::/96` has loopback; then IPv4 as SIIT, Teredo and 6to4 carry it, where no ISO is; credentials at AWS and Google. */
const ownRanges6 = [
  ...['::/96', 'fe80::/10', 'ff00::/8', '::ffff:0:0:0/96', '2001::/32', '2002::/16'],
  ...['fd00:ec2::254/128', 'fd20:ce::254/128'],
];
const privateRanges6 = ['fc00::/7', 'fec0::/10', '64:ff9b:1::/48'];

const own = blockList([...ownRanges, ...cloudRanges], ownRanges6);
const privateNetworks = blockList(privateRanges, privateRanges6);

/** @param address as a resolver or a URL's host writes it, without brackets; what is no address counts as `own` */
export function whereabouts(address: string): Whereabouts {
  const [bare = ''] = address.split('%');
  const version = isIP(bare);
  if (version === 0) return 'own';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (own.check(bare, family)) return 'own';
  return privateNetworks.check(bare, family) ? 'private' : 'public';
}

/** Of IPv6, a list knows IPv4 that is mapped (`::ffff:`) by itself, but not what NAT64 translates (`64:ff9b::`). */
function blockList(ranges: readonly string[], ranges6: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [start = '', length = ''] = range.split('/');
    list.addSubnet(start, Number(length), 'ipv4');
    list.addSubnet(`64:ff9b::${start}`, 96 + Number(length), 'ipv6');
  }
  for (const range of ranges6) {
    const [start = '', length = ''] = range.split('/');
    list.addSubnet(start, Number(length), 'ipv6');
  }
  return list;
}
